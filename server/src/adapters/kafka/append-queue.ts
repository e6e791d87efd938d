import { Overloaded } from '../../errors.ts'
import type { NewRecord, Place } from '../../ports/event-log.ts'
import { type Append, AppendLane, sizeOf } from './append-lane.ts'
import type { KafkaOptions } from './kafka-options.ts'

interface Queued extends Append {
  readonly lanes: readonly Lane[]
  readonly bytes: number
  readonly answer: PromiseWithResolvers<readonly Place[]>
  readonly records: readonly NewRecord[]
  readonly partitions: readonly number[]
}

interface Lane {
  readonly out: AppendLane
  /** Appends without an answer, in the order of the log. */
  readonly unanswered: Queued[]
}

export interface AppendQueueParts {
  readonly options: KafkaOptions
  readonly nameOf: (record: NewRecord) => string
  readonly partitionOf: (record: NewRecord) => number
}

/** Brings appends to the lanes of their partitions, and answers them in the order of the log in each. */
export class AppendQueue {
  readonly #parts: AppendQueueParts
  readonly #lanes = new Map<string, Lane>()
  readonly #drained = new Set<() => void>()
  #queuedBytes = 0
  #unanswered = 0

  constructor(parts: AppendQueueParts) {
    this.#parts = parts
  }

  append(given: readonly NewRecord[], signal?: AbortSignal): Promise<readonly Place[]> {
    signal?.throwIfAborted()
    // A copy, because the caller's array may go on to be filled with the next batch.
    const records = given.slice()
    const partitions = records.map(this.#parts.partitionOf)
    const bytes = records.reduce((sum, record) => sum + sizeOf(record), 0)
    // What is too large even alone is taken when nothing else waits, or it could never be written.
    if (this.#queuedBytes > 0 && this.#queuedBytes + bytes > this.#parts.options.maxQueuedBytes) {
      throw new Overloaded(`${this.#queuedBytes} bytes are waiting to be taken by Kafka`)
    }
    if (records.length === 0) return Promise.resolve([])
    const lanes = records.map((record, i) => this.#lane(this.#parts.nameOf(record), partitions[i]!))
    const append: Queued = {
      signal,
      deadlineMs: performance.now() + this.#parts.options.appendTimeoutMs,
      pending: records.length,
      offsets: [],
      isSent: false,
      isAborted: false,
      lanes: [...new Set(lanes)],
      bytes,
      answer: Promise.withResolvers(),
      records,
      partitions,
    }
    this.#enqueue(append, lanes)
    return append.answer.promise
  }

  /** Resolves when everything has been answered. */
  async drain(): Promise<void> {
    if (this.#unanswered === 0) return
    await new Promise<void>((resolve) => this.#drained.add(resolve))
  }

  async close(): Promise<void> {
    await this.drain()
    await Promise.all([...this.#lanes.values()].map(({ out }) => out.close()))
  }

  #enqueue(append: Queued, lanes: readonly Lane[]): void {
    this.#queuedBytes += append.bytes
    this.#unanswered++
    for (const lane of append.lanes) lane.unanswered.push(append)
    for (const [at, record] of append.records.entries()) lanes[at]!.out.add({ append, at, record })
    if (append.signal !== undefined) this.#heed(append, append.signal)
  }

  #heed(append: Queued, signal: AbortSignal): void {
    const onAbort = () => {
      if (append.isSent) return
      append.isAborted = true
      this.#answer(append)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    const unheed = () => signal.removeEventListener('abort', onAbort)
    append.answer.promise.then(unheed, unheed)
  }

  #lane(topic: string, partition: number): Lane {
    const key = `${topic}/${partition}`
    let lane = this.#lanes.get(key)
    if (lane === undefined) {
      const unanswered: Queued[] = []
      lane = { unanswered, out: new AppendLane(this.#parts.options, topic, partition, () => this.#answerFrom(unanswered)) }
      this.#lanes.set(key, lane)
    }
    return lane
  }

  /** Answers what is complete and has nothing before it in any of its lanes; then what waited for that. */
  #answerFrom(unanswered: readonly Queued[]): void {
    const heads = [unanswered]
    for (let lane = heads.pop(); lane !== undefined; lane = heads.pop()) {
      for (let append = lane[0]; append !== undefined && this.#isNext(append); append = lane[0]) {
        this.#answer(append)
        for (const other of append.lanes) if (other.unanswered !== lane) heads.push(other.unanswered)
      }
    }
  }

  #isNext(append: Queued): boolean {
    return append.pending === 0 && append.lanes.every(({ unanswered }) => unanswered[0] === append)
  }

  #answer(append: Queued): void {
    for (const { unanswered } of append.lanes) unanswered.splice(unanswered.indexOf(append), 1)
    this.#queuedBytes -= append.bytes
    if (append.isAborted) append.answer.reject(append.signal!.reason)
    else if (append.failure !== undefined) append.answer.reject(append.failure)
    else
      append.answer.resolve(
        append.records.map(({ topic }, at) => ({ topic, partition: append.partitions[at]!, offset: append.offsets[at]! })),
      )
    if (--this.#unanswered > 0) return
    for (const resolve of this.#drained) resolve()
    this.#drained.clear()
  }
}
