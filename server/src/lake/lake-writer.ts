import type { Clock } from '../clock.ts'
import type { Place, StoredRecord } from '../ports/event-log.ts'
import type { Lake, Manifest, Trouble } from '../ports/lake.ts'
import { compact } from './compaction.ts'
import { LakeDatabase } from './database.ts'
import { Duplicates } from './duplicates.ts'
import { putFiles, type WrittenFile } from './file-writer.ts'
import { LogProgress } from './log-progress.ts'
import { checkFence, commitChange, filesOf, type NewFile, withFiles } from './manifest-changes.ts'
import { packed, type RecordPacket } from './record-packet.ts'
import { retainable } from './retention.ts'
import { Staging } from './staging.ts'
import { deleteRemoved, sweepOrphans } from './sweep.ts'
import type { Committed, Staged, Writer } from './writer.ts'

export interface LakeWriterOptions {
  /** Duplicates are looked for among records that were accepted within so many hours. */
  readonly rememberHours: number
  /** Memory of DuckDB, in MiB. */
  readonly memoryMb: number
  /** How long files stay that no manifest names any more, in ms. */
  readonly graceMs: number
}

/** Troubles of each kind that the manifest keeps. */
const mostTroubles = 1_000

/**
 * Takes the log's records into the lake: files and positions are committed together, so after a crash at any point it
 * goes on from the positions of the last commit. One that runs while another is opened fails with `LAKE_FENCED`.
 */
export class LakeWriter implements Writer {
  readonly committed: Committed
  readonly #lake: Lake
  readonly #clock: Clock
  readonly #options: LakeWriterOptions
  readonly #database: LakeDatabase
  readonly #staging: Staging
  readonly #duplicates: Duplicates
  readonly #fence: number
  readonly #progress: LogProgress
  #filesNamed = 0
  /** What uses the database. */
  #running: Promise<unknown> = Promise.resolve()

  private constructor(lake: Lake, clock: Clock, options: LakeWriterOptions, database: LakeDatabase, manifest: Manifest) {
    this.#lake = lake
    this.#clock = clock
    this.#options = options
    this.#database = database
    this.#staging = new Staging(database, lake, () => this.#name())
    this.#duplicates = new Duplicates(database, (path) => lake.location(path), options.rememberHours)
    this.#fence = manifest.version
    this.committed = manifest
    this.#progress = new LogProgress(manifest.reached)
  }

  static async open(lake: Lake, clock: Clock, options: LakeWriterOptions): Promise<LakeWriter> {
    // First no other can commit, then what others left is swept: a file on its way to a commit would be missing.
    const manifest = await commitChange(lake, clock, (current, version) => ({ ...current, fence: version }))
    await sweepOrphans(lake, manifest)
    const database = await LakeDatabase.open({ lake, memoryMb: options.memoryMb, tempFolder: lake.scratch('duckdb') })
    return new LakeWriter(lake, clock, options, database, manifest)
  }

  async add(records: readonly StoredRecord[]): Promise<Staged> {
    return this.addPacket(packed(records))
  }

  /** The same for records as they came from another process. */
  addPacket(packet: RecordPacket): Staged {
    this.#staging.add(packet, this.#progress)
    return { records: this.#staging.records, bytes: this.#staging.bytes }
  }

  flush(): Promise<Committed> {
    return this.#run(() => this.#flush())
  }

  tidy(): Promise<void> {
    return this.#run(() => this.#tidy())
  }

  async retainable(saved: readonly Place[], keepMs: number): Promise<readonly Place[]> {
    return retainable(await this.#lake.manifest(), saved, this.#clock.now(), keepMs)
  }

  async close(): Promise<void> {
    await this.#running
    this.#database.close()
  }

  async #flush(): Promise<Committed> {
    const before = await this.#lake.manifest()
    checkFence(before, this.#fence)
    const written: WrittenFile[] = []
    for (const [topic, staged] of this.#staging.topics) {
      await staged.write(this.#progress)
      const duplicates = await this.#duplicates.find(topic, filesOf(before, topic))
      for (const [partition, offsets] of duplicates) this.#progress.duplicates(topic, partition, offsets.size)
      written.push(...(await staged.without(duplicates)))
    }
    const files = await putFiles(this.#lake, written)
    const manifest = await this.#commit(files)
    for (const topic of this.#staging.topics.keys()) await this.#duplicates.remember(topic)
    await this.#staging.clear()
    return manifest
  }

  async #tidy(): Promise<void> {
    const { graceMs } = this.#options
    await compact(this.#database, this.#lake, this.#clock, this.#fence, () => this.#name())
    await deleteRemoved(this.#lake, this.#clock, graceMs)
  }

  #run<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#running.then(work)
    this.#running = done.catch(() => undefined)
    return done
  }

  #commit(files: readonly NewFile[]): Promise<Manifest> {
    const reached = this.#progress.reached()
    const troubles = this.#progress.takeTroubles()
    return commitChange(this.#lake, this.#clock, (current, version) => {
      checkFence(current, this.#fence)
      return { ...withFiles(current, version, files), reached, troubles: newest([...current.troubles, ...troubles]) }
    })
  }

  /** Of a file that no writer has named before. */
  #name(): string {
    return `${String(this.#fence).padStart(10, '0')}-${String(this.#filesNamed++).padStart(6, '0')}.parquet`
  }
}

function newest(troubles: readonly Trouble[]): Trouble[] {
  return [...Map.groupBy(troubles, ({ kind }) => kind).values()].flatMap((each) => each.slice(-mostTroubles))
}
