import type { EventLog, Extent, Place, StoredRecord } from '../ports/event-log.ts'
import type { Committed, Writer } from './writer.ts'

export interface SinkLimits {
  /** Rows, and bytes of records, that wait for a commit at most. */
  readonly maxRows: number
  readonly maxBytes: number
  /** How long a record waits for a commit at most, in ms. */
  readonly maxAgeMs: number
}

/** Reads all partitions of the log into one writer, until it is told to stop or something fails. */
export class DrainSession {
  readonly #log: Pick<EventLog, 'read' | 'extents'>
  readonly #writer: Writer
  readonly #limits: SinkLimits
  readonly #onCommit: (committed: Committed) => void
  /** By topic and partition: the offset after the last record that was added. */
  readonly #added = new Map<string, number>()
  readonly #failure = Promise.withResolvers<never>()
  /** One use of the writer after the other. */
  #turn: Promise<unknown> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #goal: readonly Extent[] = []
  #dirty = false

  constructor(log: Pick<EventLog, 'read' | 'extents'>, writer: Writer, limits: SinkLimits, onCommit: (committed: Committed) => void) {
    this.#log = log
    this.#writer = writer
    this.#limits = limits
    this.#onCommit = onCommit
    for (const { topic, partition, end } of writer.committed.reached) this.#added.set(`${topic}/${partition}`, end)
    this.#failure.promise.catch(() => undefined)
  }

  /** Resolves when the signal has aborted and what was read is committed; rejects with the first failure. */
  async run(signal: AbortSignal): Promise<void> {
    const ended = new AbortController()
    try {
      const reading = AbortSignal.any([signal, ended.signal])
      const extents = await this.#log.extents()
      await Promise.race([Promise.all(extents.map((extent) => this.#read(extent, reading))), this.#failure.promise])
      await this.#flush()
    } finally {
      ended.abort()
      clearTimeout(this.#timer)
    }
  }

  /** Commits as soon as everything up to these ends has been read. */
  hurry(goal: readonly Extent[]): void {
    this.#goal = goal
    this.#flushAtGoal()
  }

  async #read({ topic, partition, first }: Extent, signal: AbortSignal): Promise<void> {
    const from: Place = { topic, partition, offset: this.#added.get(`${topic}/${partition}`) ?? first }
    let adding: Promise<void> = Promise.resolve()
    for await (const records of this.#log.read(from, signal)) {
      // While one batch is taken in, the next is read.
      await adding
      adding = this.#inTurn(() => this.#add(records))
      adding.catch((error) => this.#failure.reject(error))
    }
    await adding
  }

  async #add(records: readonly StoredRecord[]): Promise<void> {
    const { topic, partition, offset } = records.at(-1)!
    const staged = await this.#writer.add(records)
    this.#added.set(`${topic}/${partition}`, offset + 1)
    this.#dirty = true
    if (staged.rows >= this.#limits.maxRows || staged.bytes >= this.#limits.maxBytes) await this.#commit()
    else this.#timer ??= setTimeout(() => this.#flushLater(), this.#limits.maxAgeMs)
    this.#flushAtGoal()
  }

  #flushAtGoal(): void {
    if (this.#goal.length === 0) return
    const isRead = this.#goal.every(({ topic, partition, first, end }) => {
      return first === end || (this.#added.get(`${topic}/${partition}`) ?? 0) >= end
    })
    if (!isRead) return
    this.#goal = []
    this.#flushLater()
  }

  #flushLater(): void {
    this.#flush().catch((error) => this.#failure.reject(error))
  }

  #flush(): Promise<void> {
    return this.#inTurn(() => this.#commit())
  }

  async #commit(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (!this.#dirty) return
    this.#onCommit(await this.#writer.flush())
    this.#dirty = false
    await this.#writer.tidy()
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }
}
