import { setImmediate as nextTurn } from 'node:timers/promises'
import { Overloaded } from '../../errors.ts'
import type { NewRecord, Place } from '../../ports/event-log.ts'
import type { PartitionTail } from './partition-tail.ts'
import { packedBytes, RowPacket } from './row-packet.ts'

// A group this large costs its fsync next to nothing; a larger one would only make the others wait.
const maxGroupBytes = 4 * 2 ** 20
// One group is being written and one is ready in the writer's mailbox; what comes meanwhile gathers here.
const maxGroupsUnderWay = 2
// What callers do with their answers takes time: after so many records others get a turn.
const recordsATurn = 100

interface Append {
  readonly records: readonly NewRecord[]
  /** Of each record's partition. */
  readonly indexes: readonly number[]
  readonly bytes: number
  readonly signal: AbortSignal | undefined
  readonly answer: PromiseWithResolvers<readonly Place[]>
}

export interface AppendQueueParts {
  readonly tails: readonly PartitionTail[]
  readonly indexOf: (record: NewRecord) => number
  /** Commits a group as one transaction; called again before it has resolved. */
  readonly write: (packet: ArrayBuffer) => Promise<void>
  readonly maxQueuedBytes: number
}

/** Gathers appends into groups, each written as one transaction, and answers them in the order of the log. */
export class AppendQueue {
  readonly #parts: AppendQueueParts
  #waiting: Append[] = []
  #queuedBytes = 0
  #groupsUnderWay = 0
  #scheduled = false
  /** Groups are answered one after the other. */
  #answered: Promise<void> = Promise.resolve()

  constructor(parts: AppendQueueParts) {
    this.#parts = parts
  }

  append(records: readonly NewRecord[], signal?: AbortSignal): Promise<readonly Place[]> {
    signal?.throwIfAborted()
    let bytes = 0
    const indexes = records.map((record) => {
      bytes += packedBytes(record.key, record.value)
      return this.#parts.indexOf(record)
    })
    // What is too large even alone is taken when nothing else waits, or it could never be written.
    if (this.#queuedBytes > 0 && this.#queuedBytes + bytes > this.#parts.maxQueuedBytes) {
      throw new Overloaded(`${this.#queuedBytes} bytes are waiting to be written to the log`)
    }
    // A copy, because the caller's array may go on to be filled with the next batch.
    return this.#enqueue({ records: records.slice(), indexes, bytes, signal, answer: Promise.withResolvers() })
  }

  /** Resolves when everything that is in the queue now has been answered. */
  async drain(): Promise<void> {
    await this.#enqueue({ records: [], indexes: [], bytes: 0, signal: undefined, answer: Promise.withResolvers() }).catch(() => {})
  }

  #enqueue(append: Append): Promise<readonly Place[]> {
    this.#waiting.push(append)
    this.#queuedBytes += append.bytes
    this.#schedule()
    return append.answer.promise
  }

  // At the end of this turn's microtasks, so that callers that one answer has woken end up in one group. While another
  // group is being written, at the end of the event loop's turn: each group costs two messages between threads and an fsync.
  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0 || this.#groupsUnderWay === maxGroupsUnderWay) return
    this.#scheduled = true
    const soon = this.#groupsUnderWay === 0 ? process.nextTick : setImmediate
    soon(() => {
      this.#scheduled = false
      void this.#commit(this.#nextGroup())
      this.#schedule()
    })
  }

  #nextGroup(): Append[] {
    let bytes = 0
    let count = 0
    while (count < this.#waiting.length && (count === 0 || bytes + this.#waiting[count]!.bytes <= maxGroupBytes)) {
      bytes += this.#waiting[count++]!.bytes
    }
    return this.#waiting.splice(0, count).filter((append) => !this.#dropped(append))
  }

  #dropped(append: Append): boolean {
    if (!append.signal?.aborted) return false
    this.#queuedBytes -= append.bytes
    append.answer.reject(append.signal.reason)
    return true
  }

  async #commit(group: readonly Append[]): Promise<void> {
    this.#groupsUnderWay++
    let failure: { readonly error: unknown } | undefined
    try {
      await this.#parts.write(packed(group))
    } catch (error) {
      failure = { error }
    }
    this.#groupsUnderWay--
    this.#answered = this.#answered.then(() => this.#answer(group, failure))
    this.#schedule()
  }

  async #answer(group: readonly Append[], failure: { readonly error: unknown } | undefined): Promise<void> {
    let answered = 0
    for (const append of group) {
      if (answered >= recordsATurn) {
        await nextTurn()
        answered = 0
      }
      answered += append.records.length
      this.#queuedBytes -= append.bytes
      if (failure === undefined) append.answer.resolve(this.#places(append))
      else append.answer.reject(failure.error)
    }
    if (failure === undefined) this.#wakeReaders(group)
  }

  // The writer counts offsets up in the same way, so it need not send them.
  #places({ records, indexes }: Append): Place[] {
    return records.map((record, i) => {
      const tail = this.#parts.tails[indexes[i]!]!
      return { topic: tail.topic, partition: tail.partition, offset: tail.add(record) }
    })
  }

  #wakeReaders(group: readonly Append[]): void {
    for (const index of new Set(group.flatMap(({ indexes }) => indexes))) this.#parts.tails[index]!.wake()
  }
}

function packed(group: readonly Append[]): ArrayBuffer {
  const packet = new RowPacket(group.reduce((sum, { bytes }) => sum + bytes, 0))
  for (const { records, indexes } of group) {
    for (let i = 0; i < records.length; i++) {
      const { timeMs, key, value } = records[i]!
      packet.add(indexes[i]!, timeMs, key, value)
    }
  }
  return packet.finish()
}
