const lengthBytes = 8
const headerBytes = 20

/** Bytes that a row takes in a packet, at most. A UTF-16 code unit becomes at most three bytes of UTF-8. */
export function packedBytes(key: string, value: Uint8Array | undefined): number {
  return headerBytes + key.length * 3 + (value?.byteLength ?? 0)
}

/** Rows in one buffer, so that a thousand of them reach a worker thread as one object that is moved, not copied. */
export class RowPacket {
  readonly #bytes: Buffer
  #end = lengthBytes

  /** The capacity is the sum of the rows' `packedBytes`. */
  constructor(capacityBytes: number) {
    this.#bytes = Buffer.from(new ArrayBuffer(lengthBytes + capacityBytes))
  }

  /** `table` and `number` mean what sender and receiver have agreed; no value stands for a deletion. */
  add(table: number, number: number, key: string, value: Uint8Array | undefined): void {
    const bytes = this.#bytes
    const at = this.#end
    const keyBytes = bytes.write(key, at + headerBytes)
    bytes.writeUInt32LE(table, at)
    bytes.writeUInt32LE(keyBytes, at + 4)
    bytes.writeUInt32LE(value === undefined ? 0 : value.byteLength + 1, at + 8)
    bytes.writeDoubleLE(number, at + 12)
    this.#end = at + headerBytes + keyBytes
    if (value === undefined) return
    bytes.set(value, this.#end)
    this.#end += value.byteLength
  }

  finish(): ArrayBuffer {
    this.#bytes.writeDoubleLE(this.#end, 0)
    return this.#bytes.buffer as ArrayBuffer
  }
}

/** Calls for each row of a packet, in order. The values are views into the packet. */
export function forEachRow(
  packet: ArrayBuffer,
  visit: (table: number, number: number, key: string, value: Uint8Array | undefined) => void,
): void {
  const bytes = Buffer.from(packet)
  const end = bytes.readDoubleLE(0)
  for (let at = lengthBytes; at < end; ) {
    const keyAt = at + headerBytes
    const valueAt = keyAt + bytes.readUInt32LE(at + 4)
    const valueBytes = bytes.readUInt32LE(at + 8)
    const next = valueBytes === 0 ? valueAt : valueAt + valueBytes - 1
    visit(
      bytes.readUInt32LE(at),
      bytes.readDoubleLE(at + 12),
      bytes.toString('utf8', keyAt, valueAt),
      valueBytes === 0 ? undefined : new Uint8Array(packet, valueAt, next - valueAt),
    )
    at = next
  }
}
