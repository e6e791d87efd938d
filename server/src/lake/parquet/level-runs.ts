import { varint } from './thrift.ts'

/** Levels of repetition or definition, as runs (Parquet's RLE encoding: https://parquet.apache.org/docs/file-format/data-pages/encodings/). */
export class LevelRuns {
  count = 0
  #bytes: number[] = []
  #level = 0
  #run = 0

  push(level: number, times = 1): void {
    if (level !== this.#level) this.#endRun()
    this.#level = level
    this.#run += times
    this.count += times
  }

  /** After their length in four bytes. Starts anew. */
  take(): Uint8Array {
    this.#endRun()
    const bytes = Buffer.allocUnsafe(4 + this.#bytes.length)
    bytes.writeUInt32LE(this.#bytes.length)
    bytes.set(this.#bytes, 4)
    this.#bytes = []
    this.count = 0
    return bytes
  }

  #endRun(): void {
    if (this.#run === 0) return
    if (this.#run < 64) this.#bytes.push(this.#run << 1)
    else this.#bytes.push(...varint(this.#run * 2))
    this.#bytes.push(this.#level)
    this.#run = 0
  }
}
