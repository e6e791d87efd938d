import { setTimeout as sleep } from 'node:timers/promises'
import type { EventLog, Extent, Place, StoredRecord } from '../ports/event-log.ts'
import type { Committed, Writer } from './writer.ts'

export interface SinkLimits {
  /** Records, and bytes of them, that wait for a commit at most. */
  readonly maxRecords: number
  readonly maxBytes: number
  /** How long a record waits for a commit at most, in ms. */
  readonly maxAgeMs: number
}

export interface DrainParts {
  readonly log: Pick<EventLog, 'read' | 'extents'>
  readonly writer: Writer
  readonly limits: SinkLimits
  /** Told of records that wait for a commit now, and of each commit. */
  readonly onAdd: () => void
  readonly onCommit: (committed: Committed) => void
}

/** After less than this a reader lets more come before it reads on, in ms: to take in one record costs as much as many. */
const few = { records: 100, bytes: 2 ** 18 }
const gatherMs = 100

/** Reads all partitions of the log into one writer, until it is told to stop or something fails. */
export class DrainSession {
  readonly #parts: DrainParts
  /** By topic and partition: the offset after the last record that was added. */
  readonly #added = new Map<string, number>()
  readonly #failure = Promise.withResolvers<never>()
  /** One use of the writer after the other. */
  #turn: Promise<unknown> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #goal: readonly Extent[] = []
  /** Aborts where readers are not to wait for more to come. */
  #hurry = new AbortController()
  #dirty = false
  #hasEnded = false

  constructor(parts: DrainParts) {
    this.#parts = parts
    for (const { topic, partition, end } of parts.writer.committed.reached) this.#added.set(`${topic}/${partition}`, end)
    this.#failure.promise.catch(() => undefined)
  }

  /** Resolves when the signal has aborted or the log is closed; rejects with the first failure. What is not committed then is read again by the next. */
  async run(signal: AbortSignal): Promise<void> {
    const ended = new AbortController()
    const reading = AbortSignal.any([signal, ended.signal])
    const stopped = new Promise<void>((resolve) => reading.addEventListener('abort', () => resolve()))
    try {
      const extents = await this.#parts.log.extents()
      const reads = extents.map((extent) => this.#read(extent, reading))
      // What was there before it began has waited long enough.
      this.hurry(extents)
      await Promise.race([Promise.all(reads), stopped, this.#failure.promise])
    } finally {
      this.#hasEnded = true
      ended.abort()
      this.#hurry.abort()
      clearTimeout(this.#timer)
    }
  }

  /** Commits as soon as everything up to these ends has been read. */
  hurry(goal: readonly Extent[]): void {
    this.#goal = goal
    this.#hurry.abort()
    this.#flushAtGoal()
  }

  /** See `Writer`. */
  retainable(saved: readonly Place[], keepMs: number): Promise<readonly Place[]> {
    return this.#inTurn(() => this.#parts.writer.retainable(saved, keepMs))
  }

  async #read({ topic, partition, first }: Extent, signal: AbortSignal): Promise<void> {
    const from: Place = { topic, partition, offset: this.#added.get(`${topic}/${partition}`) ?? first }
    let adding: Promise<void> = Promise.resolve()
    for await (const records of this.#parts.log.read(from, signal)) {
      // While one batch is taken in, the next is read.
      await adding
      adding = this.#inTurn(() => this.#add(records))
      adding.catch((error) => this.#failure.reject(error))
      if (areFew(records)) await sleep(gatherMs, undefined, { signal: this.#hurry.signal }).catch(() => undefined)
    }
    await adding
  }

  async #add(records: readonly StoredRecord[]): Promise<void> {
    if (this.#hasEnded) return
    const { writer, limits, onAdd } = this.#parts
    const { topic, partition, offset } = records.at(-1)!
    onAdd()
    const staged = await writer.add(records)
    this.#added.set(`${topic}/${partition}`, offset + 1)
    this.#dirty = true
    if (staged.records >= limits.maxRecords || staged.bytes >= limits.maxBytes) await this.#commit()
    else this.#timer ??= setTimeout(() => this.#flushLater(), limits.maxAgeMs)
    this.#flushAtGoal()
  }

  #flushAtGoal(): void {
    if (this.#goal.length === 0) return
    const isRead = this.#goal.every(({ topic, partition, first, end }) => {
      return first === end || (this.#added.get(`${topic}/${partition}`) ?? 0) >= end
    })
    if (!isRead) return
    this.#goal = []
    if (!this.#hasEnded) this.#hurry = new AbortController()
    this.#flushLater()
  }

  #flushLater(): void {
    this.#inTurn(() => this.#commit()).catch((error) => this.#failure.reject(error))
  }

  async #commit(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (!this.#dirty || this.#hasEnded) return
    const { writer, onCommit } = this.#parts
    onCommit(await writer.flush())
    this.#dirty = false
    if (!this.#hasEnded) await writer.tidy()
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }
}

function areFew(records: readonly StoredRecord[]): boolean {
  return records.length < few.records && records.reduce((sum, { value }) => sum + value.byteLength, 0) < few.bytes
}
