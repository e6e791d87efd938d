import { crc32c, IS_COMPRESSED, IS_CONTROL } from '@platformatic/kafka'
import type { NewRecord, StoredRecord, Topic } from '../../ports/event-log.ts'

// Batches of records as Kafka keeps them (https://kafka.apache.org/documentation/#recordbatch), of the version that all
// brokers since 0.11 speak. The client writes and reads them number by number, in a buffer each.

const magic = 2
/** Bytes of a batch before its records, those of them before its length counts, and those before its checksum covers. */
const headBytes = 61
const uncountedBytes = 12
const uncoveredBytes = 21
/** Beside key and value a record has at most so many bytes: numbers of at most 5 and 10 bytes, attributes, no headers. */
const recordHeadBytes = 32

export interface Sequence {
  readonly producerId: bigint
  readonly producerEpoch: number
  /** The number of the first record among those of this producer. */
  readonly first: number
}

/** A batch of at least one record, in the order given. */
export function encodeBatch(records: readonly Pick<NewRecord, 'key' | 'timeMs' | 'value'>[], sequence: Sequence): Buffer {
  let most = headBytes
  for (const { key, value } of records) most += recordHeadBytes + 3 * key.length + value.length
  const writer = new Writer(most)
  const firstMs = records[0]!.timeMs
  let lastMs = firstMs
  let key = ''
  let keyBytes = 0
  for (let n = 0; n < records.length; n++) {
    const record = records[n]!
    if (record.key !== key || n === 0) {
      key = record.key
      keyBytes = Buffer.byteLength(key)
    }
    if (record.timeMs > lastMs) lastMs = record.timeMs
    const sinceMs = record.timeMs - firstMs
    const bytes = 2 + sizeOf(sinceMs) + sizeOf(n) + sizeOf(keyBytes) + keyBytes + sizeOf(record.value.length) + record.value.length
    writer.varint(bytes)
    writer.byte(0)
    writer.varint(sinceMs)
    writer.varint(n)
    writer.text(key, keyBytes)
    writer.bytes(record.value)
    // No headers.
    writer.byte(0)
  }
  return writer.finish({ ...sequence, records: records.length, firstMs, lastMs })
}

class Writer {
  readonly #bytes: Buffer
  #at = headBytes

  constructor(most: number) {
    this.#bytes = Buffer.allocUnsafe(most)
  }

  byte(byte: number): void {
    this.#bytes[this.#at++] = byte
  }

  /** An integer below 2^52, zigzag. */
  varint(number: number): void {
    const bytes = this.#bytes
    let left = number < 0 ? -2 * number - 1 : 2 * number
    for (; left > 127; left = Math.floor(left / 128)) bytes[this.#at++] = (left % 128) | 128
    bytes[this.#at++] = left
  }

  text(text: string, bytes: number): void {
    this.varint(bytes)
    this.#at += this.#bytes.write(text, this.#at)
  }

  bytes(bytes: Uint8Array): void {
    this.varint(bytes.length)
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
  }

  finish(batch: Sequence & { records: number; firstMs: number; lastMs: number }): Buffer {
    const bytes = this.#bytes.subarray(0, this.#at)
    // The first offset is the broker's to give, as is the epoch of the leader.
    bytes.writeBigInt64BE(0n, 0)
    bytes.writeInt32BE(bytes.length - uncountedBytes, 8)
    bytes.writeInt32BE(0, 12)
    bytes.writeInt8(magic, 16)
    bytes.writeInt16BE(0, 21)
    bytes.writeInt32BE(batch.records - 1, 23)
    bytes.writeBigInt64BE(BigInt(batch.firstMs), 27)
    bytes.writeBigInt64BE(BigInt(batch.lastMs), 35)
    bytes.writeBigInt64BE(batch.producerId, 43)
    bytes.writeInt16BE(batch.producerEpoch, 51)
    bytes.writeInt32BE(batch.first, 53)
    bytes.writeInt32BE(batch.records, 57)
    bytes.writeUInt32BE(crc32c(bytes.subarray(uncoveredBytes)), 17)
    return bytes
  }
}

/** Bytes of an integer as a varint. */
function sizeOf(number: number): number {
  let size = 1
  for (let left = number < 0 ? -2 * number - 1 : 2 * number; left > 127; left = Math.floor(left / 128)) size++
  return size
}

/** Whether batches lie in the bytes as this module reads them: whole or cut short at the end, none of them compressed. */
export function isPlain(bytes: Buffer): boolean {
  for (let at = 0; at + headBytes <= bytes.length; at += uncountedBytes + bytes.readInt32BE(at + 8)) {
    if (bytes[at + 16] !== magic || (bytes.readInt16BE(at + 21) & IS_COMPRESSED) !== 0) return false
  }
  return true
}

/** The records of plain batches from an offset on, whose values are views of the bytes, and where to go on. */
export function decodeBatches(
  bytes: Buffer,
  topic: Topic,
  partition: number,
  from: number,
): { readonly records: StoredRecord[]; readonly next: number } {
  const records: StoredRecord[] = []
  const reader = new Reader(bytes)
  let next = from
  let end = 0
  for (let at = 0; at + headBytes <= bytes.length; at = end) {
    end = at + uncountedBytes + bytes.readInt32BE(at + 8)
    if (end > bytes.length) break
    const first = Number(bytes.readBigInt64BE(at))
    // Also where compaction has left none of its records.
    next = Math.max(next, first + bytes.readInt32BE(at + 23) + 1)
    if ((bytes.readInt16BE(at + 21) & IS_CONTROL) !== 0) continue
    const firstMs = Number(bytes.readBigInt64BE(at + 27))
    reader.at = at + headBytes
    for (let left = bytes.readInt32BE(at + 57); left > 0; left--) {
      const recordEnd = reader.varint() + reader.at
      reader.at++
      const timeMs = firstMs + reader.varint()
      const offset = first + reader.varint()
      // A batch comes whole, also where only its end was asked for.
      if (offset >= from) {
        const key = reader.text()
        records.push({ topic, partition, offset, key, timeMs, value: reader.bytes() })
      }
      reader.at = recordEnd
    }
  }
  return { records, next }
}

class Reader {
  at = 0
  readonly #bytes: Buffer
  readonly #plain: Uint8Array
  /** The text that was read last: what comes next is of the same person, mostly. */
  #last = { from: 0, length: 0, text: '' }

  constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.#plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  varint(): number {
    const bytes = this.#bytes
    let number = 0
    let scale = 1
    for (; bytes[this.at]! > 127; scale *= 128) number += (bytes[this.at++]! & 127) * scale
    number += bytes[this.at++]! * scale
    return number % 2 === 0 ? number / 2 : -(number + 1) / 2
  }

  text(): string {
    const length = Math.max(0, this.varint())
    const from = this.at
    this.at += length
    if (!this.#isLast(from, length)) this.#last = { from, length, text: this.#bytes.toString('utf8', from, this.at) }
    return this.#last.text
  }

  bytes(): Uint8Array {
    const length = Math.max(0, this.varint())
    this.at += length
    return this.#plain.subarray(this.at - length, this.at)
  }

  #isLast(from: number, length: number): boolean {
    const last = this.#last
    if (length !== last.length) return false
    for (let at = 0; at < length; at++) if (this.#bytes[from + at] !== this.#bytes[last.from + at]) return false
    return true
  }
}
