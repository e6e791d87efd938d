import type { Place, Topic } from '../ports/event-log.ts'
import type { Message } from './read-record.ts'
import type { Before } from './shared-effects.ts'

/** Records that wait to be read back; of those beyond, the bytes are read. */
const mostWaiting = 20_000

/** What a record says that this server has written, and what its person's state said before, if it is an event. */
export interface OwnRecord {
  readonly message: Message
  readonly before: Before | undefined
}

/** What this server has written into a log that it also reads: so that it need not make the same of the bytes again. */
export class OwnRecords {
  /** By topic and partition, then by offset, in their order. */
  readonly #waiting = new Map<Topic, Map<number, OwnRecord>[]>()
  #count = 0

  /** Keeps a record until it is read; the caller knows that it has not been. */
  add({ offset, partition, topic }: Place, record: OwnRecord): void {
    if (this.#count >= mostWaiting) return
    let partitions = this.#waiting.get(topic)
    if (partitions === undefined) {
      partitions = []
      this.#waiting.set(topic, partitions)
    }
    partitions[partition] ??= new Map()
    partitions[partition].set(offset, record)
    this.#count++
  }

  /** The record of a place, which is not asked for again. */
  take({ offset, partition, topic }: Place): OwnRecord | undefined {
    const waiting = this.#waiting.get(topic)?.[partition]
    const record = waiting?.get(offset)
    if (record === undefined) return undefined
    waiting!.delete(offset)
    this.#count--
    return record
  }
}
