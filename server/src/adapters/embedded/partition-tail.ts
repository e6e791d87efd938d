import type { Extent, NewRecord, StoredRecord, Topic } from '../../ports/event-log.ts'

// What a record costs in memory beside its key and value.
const recordBytes = 100

/** One partition as its readers see it: how far it goes, and, while there are readers, its newest records, up to `maxBytes` of them. */
export class PartitionTail implements Extent {
  readonly topic: Topic
  readonly partition: number
  first: number
  end: number
  readonly #maxBytes: number
  readonly #records: NewRecord[] = []
  readonly #waiting = new Set<() => void>()
  #bytes = 0
  #readers = 0

  constructor(extent: Extent, maxBytes: number) {
    this.topic = extent.topic
    this.partition = extent.partition
    this.first = extent.first
    this.end = extent.end
    this.#maxBytes = maxBytes
  }

  /** Takes in what was committed; returns its offset. */
  add({ topic, key, timeMs, value }: NewRecord): number {
    if (this.#readers > 0) {
      // A copy: what else the caller's record holds is not to stay in memory.
      const record = { topic, key, timeMs, value }
      this.#records.push(record)
      this.#bytes += bytesOf(record)
      if (this.#bytes > this.#maxBytes) this.#forgetHalf()
    }
    return this.end++
  }

  /** A reader has come; until it leaves, the newest records are kept for it. */
  join(): void {
    this.#readers++
  }

  leave(): void {
    if (--this.#readers > 0) return
    this.#records.length = 0
    this.#bytes = 0
  }

  /** The records from `offset` on, or undefined when it is too long ago. */
  from(offset: number, maxRecords: number, maxBytes: number): StoredRecord[] | undefined {
    let i = offset - (this.end - this.#records.length)
    if (i < 0) return undefined
    const batch: StoredRecord[] = []
    for (let bytes = 0; i < this.#records.length && batch.length < maxRecords && bytes < maxBytes; i++) {
      const record = this.#records[i]!
      bytes += bytesOf(record)
      batch.push(this.stored(offset + batch.length, record.timeMs, record.key, record.value))
    }
    return batch
  }

  stored(offset: number, timeMs: number, key: string, value: Uint8Array): StoredRecord {
    return { topic: this.topic, partition: this.partition, offset, timeMs, key, value }
  }

  /** Resolves at the next `wake`, or when the signal aborts. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#waiting.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      this.#waiting.add(done)
      signal.addEventListener('abort', done)
    })
  }

  wake(): void {
    for (const done of this.#waiting) done()
  }

  // By halves, so that the cost of moving the rest is shared by many records.
  #forgetHalf(): void {
    let gone = 0
    while (this.#bytes > this.#maxBytes / 2) this.#bytes -= bytesOf(this.#records[gone++]!)
    this.#records.splice(0, gone)
  }
}

function bytesOf(record: NewRecord): number {
  return recordBytes + record.key.length + record.value.byteLength
}
