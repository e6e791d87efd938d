import { Overloaded, Unavailable } from '../../errors.ts'
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

// How often those are looked for whose time is over, as a share of that time.
const expiryShare = 1 / 20

/** Brings appends to the lanes of their partitions, and answers them in the order of the log in each. */
export class AppendQueue {
  readonly #parts: AppendQueueParts
  readonly #lanes = new Map<string, Lane>()
  readonly #drained = new Set<() => void>()
  /** In the order of their deadlines; some have an answer already. */
  #byDeadline: Queued[] = []
  #expiry: NodeJS.Timeout | undefined
  #queuedBytes = 0
  #unanswered = 0

  constructor(parts: AppendQueueParts) {
    this.#parts = parts
  }

  append(given: readonly NewRecord[], signal?: AbortSignal): Promise<readonly Place[]> {
    signal?.throwIfAborted()
    // A copy, because the caller's array may go on to be filled with the next batch.
    const records = given.slice()
    const { bytes, lanes, partitions } = this.#waysOf(records)
    // What is too large even alone is taken when nothing else waits, or it could never be written.
    if (this.#queuedBytes > 0 && this.#queuedBytes + bytes > this.#parts.options.maxQueuedBytes) {
      throw new Overloaded(`${this.#queuedBytes} bytes are waiting to be taken by Kafka`)
    }
    if (records.length === 0) return Promise.resolve([])
    const append: Queued = {
      deadlineMs: performance.now() + this.#parts.options.appendTimeoutMs,
      pending: records.length,
      offsets: [],
      isSent: false,
      isAnswered: false,
      lanes: [...new Set(lanes)],
      bytes,
      answer: Promise.withResolvers(),
      records,
      partitions,
    }
    this.#enqueue(append, lanes)
    if (signal !== undefined) this.#heed(append, signal)
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
    for (let at = 0; at < lanes.length; at++) lanes[at]!.out.add({ append, at, record: append.records[at]! })
    this.#byDeadline.push(append)
    this.#expiry ??= setInterval(() => this.#expire(), this.#parts.options.appendTimeoutMs * expiryShare)
  }

  #heed(append: Queued, signal: AbortSignal): void {
    const onAbort = () => {
      if (!append.isSent && !append.isAnswered) this.#answer(append, signal.reason)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    const unheed = () => signal.removeEventListener('abort', onAbort)
    append.answer.promise.then(unheed, unheed)
  }

  #expire(): void {
    const now = performance.now()
    const isOver = ({ isAnswered, deadlineMs }: Queued) => isAnswered || deadlineMs <= now
    const firstLeft = this.#byDeadline.findIndex((append) => !isOver(append))
    for (const append of this.#byDeadline.splice(0, firstLeft < 0 ? this.#byDeadline.length : firstLeft)) {
      if (append.isAnswered) continue
      const { appendTimeoutMs } = this.#parts.options
      this.#answer(append, new Unavailable('LOG_UNAVAILABLE', `Kafka did not take the records within ${appendTimeoutMs} ms`))
      for (const { unanswered } of append.lanes) this.#answerFrom(unanswered)
    }
  }

  /** Where each record goes, and their size. One of the same key as the one before goes the same way. */
  #waysOf(records: readonly NewRecord[]): { readonly bytes: number; readonly lanes: Lane[]; readonly partitions: number[] } {
    const { nameOf, partitionOf } = this.#parts
    const lanes: Lane[] = []
    const partitions: number[] = []
    let bytes = 0
    for (let at = 0; at < records.length; at++) {
      const record = records[at]!
      const before = records[at - 1]
      const isSame = before !== undefined && before.key === record.key && before.topic === record.topic
      const partition = isSame ? partitions[at - 1]! : partitionOf(record)
      partitions.push(partition)
      lanes.push(isSame ? lanes[at - 1]! : this.#lane(nameOf(record), partition))
      bytes += sizeOf(record)
    }
    return { bytes, lanes, partitions }
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

  #answer(append: Queued, failure: unknown = append.failure): void {
    append.isAnswered = true
    for (const { unanswered } of append.lanes) unanswered.splice(unanswered.indexOf(append), 1)
    this.#queuedBytes -= append.bytes
    if (failure === undefined) append.answer.resolve(placesOf(append))
    else append.answer.reject(failure)
    if (--this.#unanswered > 0) return
    clearInterval(this.#expiry)
    this.#expiry = undefined
    this.#byDeadline = []
    for (const resolve of this.#drained) resolve()
    this.#drained.clear()
  }
}

function placesOf({ records, partitions, offsets }: Queued): Place[] {
  return records.map(({ topic }, at) => ({ topic, partition: partitions[at]!, offset: offsets[at]! }))
}
