import { closeSync, openSync, writeFileSync } from 'node:fs'
import { constants, zstdCompressSync } from 'node:zlib'
import type { NamedColumn } from '../kinds.ts'
import { type Cell, type Column, columnOf, element, type Leaf } from './columns.ts'
import { i32, i64, list, struct, type Thrift, text } from './thrift.ts'

/** A row, a cell a column. */
export type CellRow = readonly Cell[]

const magic = 'PAR1'
const encodings = { plain: 0, rle: 3 }
const codecs = { uncompressed: 0, zstd: 6 }
const dataPage = 0
const rowsAGroup = 122_880
const bytesAGroup = 16 * 2 ** 20
/** Rows after which the size of a group is looked at. */
const rowsAStep = 64
/** A smaller page is not worth the call. */
const leastToCompress = 128
/** Bytes that the compressor gives at a time. */
const mostAtATime = 2 ** 18

/**
 * Writes rows into a Parquet file: plain values, compressed by Zstandard, a page a column and group of rows. Why it is here:
 * docs/decisions/0009-own-parquet-writer.md; what it writes: https://parquet.apache.org/docs/file-format/
 */
export class ParquetWriter {
  readonly #columns: readonly Column[]
  readonly #leaves: readonly Leaf[]
  readonly #file: number
  #isOpen = true
  /** What is to be written. */
  #parts: Uint8Array[] = []
  /** Where it ends in the file. */
  #position = 0
  readonly #groups: Thrift[] = []
  #rows = 0
  #rowsOfGroup = 0

  /** Makes the file, or one anew. */
  constructor(path: string, columns: readonly NamedColumn[]) {
    this.#columns = columns.map(({ name, type }) => columnOf(name, type))
    this.#leaves = this.#columns.flatMap(({ leaves }) => leaves)
    this.#file = openSync(path, 'w', 0o600)
    this.#append(Buffer.from(magic))
  }

  /** The row has been read when this returns. */
  add(row: CellRow): void {
    for (let at = 0; at < row.length; at++) this.#columns[at]!.add(row[at]!, 0)
    if (++this.#rowsOfGroup % rowsAStep === 0 && this.#isFull()) this.#endGroup()
  }

  /** Writes what is left, and what says where everything is: before that it is no file of Parquet's. */
  end(): void {
    if (this.#rowsOfGroup > 0 || this.#groups.length === 0) this.#endGroup()
    const schema = [element({ name: 'rows', children: this.#columns.length }), ...this.#columns.flatMap(({ schema }) => schema)]
    const footer = bytesOf(struct({ 1: i32(1), 2: list(schema), 3: i64(this.#rows), 4: list(this.#groups), 6: text('vireo') }))
    const length = Buffer.alloc(4)
    length.writeUInt32LE(footer.byteLength)
    this.#append(footer, length, Buffer.from(magic))
    this.#flush()
    this.close()
  }

  /** Gives up a file that was not ended. */
  close(): void {
    if (this.#isOpen) closeSync(this.#file)
    this.#isOpen = false
  }

  #isFull(): boolean {
    return this.#rowsOfGroup >= rowsAGroup || this.#leaves.reduce((bytes, { values }) => bytes + values.byteLength, 0) >= bytesAGroup
  }

  #endGroup(): void {
    const from = this.#position
    const chunks = this.#leaves.map((leaf) => this.#page(leaf))
    this.#flush()
    this.#groups.push(struct({ 1: list(chunks), 2: i64(this.#position - from), 3: i64(this.#rowsOfGroup) }))
    this.#rows += this.#rowsOfGroup
    this.#rowsOfGroup = 0
  }

  /** Makes a page of a leaf, which starts anew. Returns what the footer says of it. */
  #page({ path, physicalType, repetitions, definitions, values }: Leaf): Thrift {
    const at = this.#position
    const { count } = definitions
    const levels = [...(repetitions === undefined ? [] : [repetitions.take()]), definitions.take()]
    const content = Buffer.concat([...levels, values.bytes()])
    values.clear()
    const isCompressed = content.byteLength >= leastToCompress
    const stored = isCompressed ? compressed(content) : content
    const levelsAndValues = struct({ 1: i32(count), 2: i32(encodings.plain), 3: i32(encodings.rle), 4: i32(encodings.rle) })
    const header = bytesOf(struct({ 1: i32(dataPage), 2: i32(content.byteLength), 3: i32(stored.byteLength), 5: levelsAndValues }))
    this.#append(header, stored)
    const metadata = struct({
      1: i32(physicalType),
      2: list([i32(encodings.plain), i32(encodings.rle)]),
      3: list(path.map(text)),
      4: i32(isCompressed ? codecs.zstd : codecs.uncompressed),
      5: i64(count),
      6: i64(header.byteLength + content.byteLength),
      7: i64(this.#position - at),
      9: i64(at),
    })
    return struct({ 2: i64(at), 3: metadata })
  }

  #append(...parts: readonly Uint8Array[]): void {
    this.#parts.push(...parts)
    for (const { byteLength } of parts) this.#position += byteLength
  }

  #flush(): void {
    writeFileSync(this.#file, Buffer.concat(this.#parts))
    this.#parts = []
  }
}

/** Plain values get no smaller by a higher level. */
function compressed(content: Uint8Array): Buffer {
  const params = { [constants.ZSTD_c_compressionLevel]: 1 }
  return zstdCompressSync(content, { params, chunkSize: Math.min(content.byteLength, mostAtATime) })
}

const bytesOf = ({ bytes }: Thrift) => Buffer.from(bytes as number[])
