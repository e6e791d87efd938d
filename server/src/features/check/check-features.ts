import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../../clock.ts'
import { quoted } from '../../lake/database.ts'
import { DatabaseThread } from '../../lake/database-thread.ts'
import type { Place } from '../../ports/event-log.ts'
import type { Lake } from '../../ports/lake.ts'
import type { View } from '../language/view.ts'
import { hopsOf } from '../language/windows.ts'
import type { KeyPart } from '../tiles/entity-kind.ts'
import type { FeatureTiles } from '../tiles/feature-tiles.ts'
import type { HeldTile } from '../tiles/held-tiles.ts'
import { personal } from '../views/entities.ts'
import { CheckedView } from './checked-view.ts'
import { LakeTiles, type Records } from './lake-tiles.ts'
import { nameOf, Reading } from './reading.ts'
import { type MarkedOwner, OwnerSample } from './sampled-owners.ts'

export interface CheckOptions {
  readonly tiles: Pick<FeatureTiles, 'ownersOf' | 'tilesOf' | 'wholeSince'>
  readonly views: readonly View[]
  readonly clock: Clock
  /** The next offset of each partition: the tiles are made of all records before. */
  readonly positions: () => readonly Place[]
  /** Brings all that the log holds now into the lake. */
  readonly drain: (signal: AbortSignal) => Promise<void>
  readonly lake: Lake
  /** About how many people are looked at, the same ones for all views, in memory or on disk. */
  readonly people: number
  /** About how many videos, creators and so on are looked at, for each view. */
  readonly entities: number
  /** Draws whom. */
  readonly seed: number
  /** Memory of DuckDB, in MiB. */
  readonly memoryMb: number
  readonly signal: AbortSignal
}

/** Tiles that are held at a time: about 60 MB. */
const tilesAtATime = 100_000
/** How long others may wait for their turn, in ms. */
const sliceMs = 2

/**
 * Holds the tiles of a running server against those that SQL makes of the lake, view by view, without stopping it.
 *
 * Records that come meanwhile make no difference. The positions of the log are noted before tiles are read, and after:
 * what was read counts all records before the first, and none after the last. Then the lake is drained, and SQL reads
 * the rows of records before the first. Tiles to which records in between belong, few as reading takes a moment, are
 * left out and counted. That is exact for what comes late or twice as well, which no margin of time would be. Only
 * tiles that memory had whole after the reading are compared, and in one what there ever was: that is also of what has
 * been folded together since.
 *
 * Who is looked at is drawn by the id, on either side: owners that only one of them has are found. Those in the lake
 * that nobody knew of at the beginning are read once more, by name.
 */
export async function* checkFeatures(options: CheckOptions): AsyncGenerator<CheckedView> {
  const { lake, memoryMb, signal } = options
  const tempFolder = lake.scratch(`check-${randomUUID()}`)
  try {
    const database = await DatabaseThread.open({ lake, memoryMb, tempFolder, signal })
    try {
      yield* new Check(options, database).run()
    } finally {
      await database.close()
    }
  } finally {
    await rm(tempFolder, { recursive: true, force: true })
  }
}

/** Some owners of a view. */
interface Part {
  readonly reading: Reading
  readonly checked: CheckedView
  /** SQL about a column that holds for all owners whose tiles are to be compared. */
  readonly where: (owner: string) => string
}

class Check {
  readonly #options: CheckOptions
  readonly #database: DatabaseThread
  #people: { readonly sample: OwnerSample; readonly names: readonly string[] } | undefined
  #turnMs = performance.now()

  constructor(options: CheckOptions, database: DatabaseThread) {
    this.#options = options
    this.#database = database
  }

  /** Reads until so many tiles are held, and then brings the lake up to them: once for many small views. */
  async *run(): AsyncGenerator<CheckedView> {
    let parts: Part[] = []
    let held = 0
    let read: CheckedView[] = []
    for (const view of this.#options.views) {
      const checked = new CheckedView(view)
      for await (const part of this.#partsOf(view, checked)) {
        parts.push(part)
        held += part.reading.tiles.size
        if (held < tilesAtATime) continue
        await this.#compare(parts)
        yield* read
        parts = []
        held = 0
        read = []
      }
      read.push(checked)
    }
    await this.#compare(parts)
    yield* read
  }

  async *#partsOf(view: View, checked: CheckedView): AsyncGenerator<Part> {
    const { sample, owners } = await this.#sampled(view)
    let from = ''
    for (let next = 0; from < sample.end; ) {
      const reading = new Reading(view, this.#options)
      // Those with the same mark stay together.
      for (let mark = ''; next < owners.length && (reading.tiles.size < tilesAtATime || owners[next]!.mark === mark); next++) {
        mark = owners[next]!.mark
        reading.take(owners[next]!.owner)
        await this.#pause()
      }
      const [first, end] = [from, owners[next]?.mark ?? sample.end]
      yield { reading: reading.end(), checked, where: (owner) => sample.betweenSql(owner, first, end) }
      from = end
    }
  }

  /** Owners in the order of their marks. */
  async #sampled(view: View): Promise<{ sample: OwnerSample; owners: readonly MarkedOwner[] }> {
    const { entities, seed, tiles } = this.#options
    const owners = new Map<KeyPart, MarkedOwner>()
    const take = async (sample: OwnerSample, names: Iterable<KeyPart>) => {
      for (const name of names) {
        const marked = sample.marked(name)
        if (marked !== undefined) owners.set(name, marked)
        await this.#pause()
      }
    }
    let sample: OwnerSample
    if (Object.keys(view.entity)[0] === personal) {
      this.#people ??= await this.#samplePeople()
      sample = this.#people.sample
      await take(sample, this.#people.names)
    } else {
      let count = 0
      for (const _ of tiles.ownersOf(view)) {
        count++
        await this.#pause()
      }
      sample = new OwnerSample(entities, count, seed)
    }
    await take(sample, tiles.ownersOf(view))
    return { sample, owners: [...owners.values()].sort((a, b) => (a.mark < b.mark ? -1 : 1)) }
  }

  async #samplePeople() {
    const { people, seed } = this.#options
    return this.#withLake(async (lake) => {
      const sample = new OwnerSample(people, await lake.countPeople(), seed)
      return { sample, names: await lake.people((person) => sample.betweenSql(person, '', sample.end)) }
    })
  }

  async #compare(parts: readonly Part[]): Promise<void> {
    const unread: (readonly [CheckedView, View, ReadonlySet<KeyPart>])[] = []
    await this.#withLake(async (lake) => {
      for (const part of parts) unread.push([part.checked, part.reading.view, await this.#comparePart(part, lake)])
    })
    const byName: Part[] = []
    for (const [checked, view, owners] of unread) {
      if (owners.size === 0) continue
      const reading = new Reading(view, this.#options)
      for (const owner of owners) {
        reading.take(owner)
        await this.#pause()
      }
      const list = Array.from(owners, (owner) => (typeof owner === 'number' ? owner : quoted(owner))).join(', ')
      byName.push({ reading: reading.end(), checked, where: (owner) => `${owner} IN (${list})` })
    }
    if (byName.length > 0) await this.#compare(byName)
  }

  /** Returns owners whose tiles were not read, as nobody knew of them; they are not compared. */
  async #comparePart({ checked, reading, where }: Part, lake: LakeTiles): Promise<Set<KeyPart>> {
    const { after, before, isMoved, owners, tiles, view, wholeSince } = reading
    const fromMs = Math.min(...hopsOf(view.windows).map((hopMs) => wholeSince.get(hopMs)!))
    const stored = (records: Records) => lake.of(view, records, fromMs, where)
    const changing = new Set<string>()
    if (isMoved) for await (const tile of stored({ from: before, to: after })) changing.add(nameOf(tile))
    checked.changing += changing.size
    const isCompared = (name: string, { hopMs, startMs }: HeldTile) => startMs >= wholeSince.get(hopMs)! && !changing.has(name)
    const unread = new Set<KeyPart>()
    for await (const tile of stored({ to: before })) {
      await this.#pause()
      const name = nameOf(tile)
      if (!isCompared(name, tile)) continue
      if (owners.has(tile.entity[0]!)) checked.compare(tiles.get(name), tile)
      else unread.add(tile.entity[0]!)
      tiles.delete(name)
    }
    for (const [name, tile] of tiles) {
      if (isCompared(name, tile)) checked.compare(tile, undefined)
      await this.#pause()
    }
    return unread
  }

  /** With all records of the log by now. */
  async #withLake<Result>(work: (lake: LakeTiles) => Promise<Result>): Promise<Result> {
    const { drain, lake, signal } = this.#options
    await drain(signal)
    const pin = await lake.pin()
    try {
      return await work(new LakeTiles(this.#database, lake, pin.manifest))
    } finally {
      await pin.release()
    }
  }

  /** Gives others their turn, where it is due. */
  async #pause(): Promise<void> {
    if (performance.now() - this.#turnMs < sliceMs) return
    await setImmediate()
    this.#options.signal.throwIfAborted()
    this.#turnMs = performance.now()
  }
}
