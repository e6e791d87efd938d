import type { NewRecord } from '../../ports/event-log.ts'
import { BatchProducer } from './batch-producer.ts'
import { within } from './kafka-errors.ts'
import { closed, type KafkaOptions } from './kafka-options.ts'

// A broker takes 1 MiB at once by default, with what it adds to each record.
const maxBatchBytes = 600_000
// What callers do with their answers takes time, and a batch is answered in one go.
const maxBatchRecords = 1_000
const recordBytes = 40
// Sequence numbers are 31 bits wide; a producer begins at 0.
const maxRecordsAProducer = 2 ** 30

/** What a caller appended: its records may go to several lanes, and it has one answer. */
export interface Append {
  /** When it is refused if it has no answer, by `performance.now()`. */
  readonly deadlineMs: number
  /** Records without an answer. */
  pending: number
  readonly offsets: number[]
  failure?: Error
  /** Some of it may be in the log. */
  isSent: boolean
  isAnswered: boolean
}

interface Entry {
  readonly append: Append
  /** Its place in the append. */
  readonly at: number
  readonly record: NewRecord
}

/**
 * The way into one partition: what waits goes out as one batch, one batch at a time, so that repeating it after a failure
 * changes no order. A producer of its own, whose sequence numbers let the broker drop what it has already.
 */
export class AppendLane {
  readonly #options: KafkaOptions
  readonly #topic: string
  readonly #partition: number
  /** Told when records have been answered, in the order of the log. */
  readonly #onAnswer: () => void
  #waiting: Entry[] = []
  #isSending = false
  #producer: BatchProducer | undefined
  #sent = 0

  constructor(options: KafkaOptions, topic: string, partition: number, onAnswer: () => void) {
    this.#options = options
    this.#topic = topic
    this.#partition = partition
    this.#onAnswer = onAnswer
  }

  add(entry: Entry): void {
    this.#waiting.push(entry)
    if (this.#isSending) return
    this.#isSending = true
    // At the end of this turn's microtasks, so that callers that one answer has woken end up in one batch.
    process.nextTick(() => void this.#sendAll())
  }

  async close(): Promise<void> {
    const producer = this.#producer
    this.#producer = undefined
    if (producer !== undefined) await closed(producer.close(true))
  }

  async #sendAll(): Promise<void> {
    for (let batch = this.#nextBatch(); batch.length > 0; batch = this.#nextBatch()) {
      try {
        const first = await this.#send(batch)
        for (let n = 0; n < batch.length; n++) {
          const { append, at } = batch[n]!
          append.offsets[at] = first + n
        }
      } catch (error) {
        for (const { append } of batch) append.failure ??= error as Error
      }
      for (const { append } of batch) append.pending--
      this.#onAnswer()
    }
    this.#isSending = false
  }

  #nextBatch(): Entry[] {
    const batch: Entry[] = []
    let bytes = 0
    let taken = 0
    for (const entry of this.#waiting) {
      const size = sizeOf(entry.record)
      if (batch.length === maxBatchRecords || (batch.length > 0 && bytes + size > maxBatchBytes)) break
      taken++
      if (entry.append.isAnswered) continue
      entry.append.isSent = true
      batch.push(entry)
      bytes += size
    }
    this.#waiting = this.#waiting.slice(taken)
    return batch
  }

  /** The offset of its first record. Retries while somebody waits for it. */
  async #send(batch: readonly Entry[]): Promise<number> {
    const leftMs = Math.max(1, Math.ceil(batch.at(-1)!.append.deadlineMs - performance.now()))
    const records = batch.map(({ record }) => record)
    const sending = this.#producing(batch.length).sendBatch(this.#topic, this.#partition, records)
    try {
      return await within(leftMs, `appending to ${this.#topic}`, sending)
    } catch (error) {
      // What it may still have under way must not come back to life between later batches.
      void this.close()
      throw error
    }
  }

  #producing(records: number): BatchProducer {
    if (this.#sent + records > maxRecordsAProducer) void this.close()
    if (this.#producer === undefined) {
      this.#sent = 0
      this.#producer = new BatchProducer(this.#options)
    }
    this.#sent += records
    return this.#producer
  }
}

export function sizeOf({ key, value }: NewRecord): number {
  return recordBytes + key.length + value.byteLength
}
