import { closeSync, openSync, writevSync } from 'node:fs'
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
/** A smaller page is not worth the call. */
const leastToCompress = 128
/** Bytes that the compressor gives at a time. */
const mostAtATime = 2 ** 18
/** Rows after which the size of a group is looked at. */
const rowsAStep = 64

/**
 * Writes rows into Parquet files, one file after the other: plain values, compressed by Zstandard, a page a column and group
 * of rows. It costs a fraction of the way into DuckDB and out again; compaction makes of its files what DuckDB writes.
 * https://parquet.apache.org/docs/file-format/
 */
export class ParquetWriter {
  readonly #columns: readonly Column[]
  readonly #schema: Thrift
  readonly #leaves: readonly Leaf[]
  /** Rows of the group that each column has: NULLs are added when something follows them. */
  readonly #rowsOfColumn: Uint32Array
  #file = -1
  #position = 0
  #groups: Thrift[] = []
  #rows = 0
  #rowsOfGroup = 0

  constructor(columns: readonly NamedColumn[]) {
    this.#columns = columns.map(({ name, type }) => columnOf(name, type))
    this.#rowsOfColumn = new Uint32Array(columns.length)
    this.#leaves = this.#columns.flatMap(({ leaves }) => leaves)
    this.#schema = list([element({ name: 'rows', children: columns.length }), ...this.#columns.flatMap(({ schema }) => schema)])
  }

  /** Begins a file. The one before must have been ended. */
  begin(path: string): void {
    this.#file = openSync(path, 'w', 0o600)
    this.#position = magic.length
    this.#groups = []
    this.#rows = 0
    this.#write([Buffer.from(magic)])
  }

  add(row: CellRow): void {
    for (let at = 0; at < row.length; at++) {
      const cell = row[at]!
      if (cell === null) continue
      this.#addNulls(at)
      this.#columns[at]!.add(cell)
      this.#rowsOfColumn[at]!++
    }
    if (++this.#rowsOfGroup % rowsAStep === 0 && this.#isFull()) this.#endGroup()
  }

  end(): void {
    this.#endGroup()
    const version = i32(1)
    const footer = Buffer.from(
      struct({ 1: version, 2: this.#schema, 3: i64(this.#rows), 4: list(this.#groups), 6: text('vireo') }).bytes as number[],
    )
    const length = Buffer.alloc(4)
    length.writeUInt32LE(footer.byteLength)
    this.#write([footer, length, Buffer.from(magic)])
    this.close()
  }

  /** Gives a file up that was not ended. */
  close(): void {
    if (this.#file >= 0) closeSync(this.#file)
    this.#file = -1
  }

  /** Up to the row that is added. */
  #addNulls(at: number): void {
    const missing = this.#rowsOfGroup - this.#rowsOfColumn[at]!
    if (missing === 0) return
    this.#columns[at]!.addNulls(missing)
    this.#rowsOfColumn[at] = this.#rowsOfGroup
  }

  #isFull(): boolean {
    return this.#rowsOfGroup >= rowsAGroup || this.#leaves.reduce((bytes, { values }) => bytes + values.byteLength, 0) >= bytesAGroup
  }

  #endGroup(): void {
    if (this.#rowsOfGroup === 0 && this.#groups.length > 0) return
    for (let at = 0; at < this.#columns.length; at++) this.#addNulls(at)
    const from = this.#position
    const parts: Uint8Array[] = []
    const chunks = this.#leaves.map((leaf) => this.#chunk(leaf, parts))
    this.#write(parts)
    for (const { values } of this.#leaves) values.clear()
    this.#groups.push(struct({ 1: list(chunks), 2: i64(this.#position - from), 3: i64(this.#rowsOfGroup) }))
    this.#rows += this.#rowsOfGroup
    this.#rowsOfGroup = 0
    this.#rowsOfColumn.fill(0)
  }

  /** Adds one page to what is to be written. Returns what the footer says of it. */
  #chunk({ path, physicalType, values, repetition, definition }: Leaf, parts: Uint8Array[]): Thrift {
    const { count } = definition
    const content = Buffer.concat([...(repetition === undefined ? [] : [repetition.take()]), definition.take(), values.bytes()])
    const isCompressed = content.byteLength >= leastToCompress
    const stored = isCompressed ? compressed(content) : content
    const page = struct({ 1: i32(count), 2: i32(encodings.plain), 3: i32(encodings.rle), 4: i32(encodings.rle) })
    const header = Buffer.from(
      struct({ 1: i32(dataPage), 2: i32(content.byteLength), 3: i32(stored.byteLength), 5: page }).bytes as number[],
    )
    const at = this.#position
    parts.push(header, stored)
    this.#position += header.byteLength + stored.byteLength
    const metadata = struct({
      1: i32(physicalType),
      2: list([i32(encodings.plain), i32(encodings.rle)]),
      3: list(path.map(text)),
      4: i32(isCompressed ? codecs.zstd : codecs.uncompressed),
      5: i64(count),
      6: i64(header.byteLength + content.byteLength),
      7: i64(header.byteLength + stored.byteLength),
      9: i64(at),
    })
    return struct({ 2: i64(at), 3: metadata })
  }

  #write(parts: readonly Uint8Array[]): void {
    const written = writevSync(this.#file, parts)
    if (written < sizeOf(parts)) throw new Error(`${written} bytes were written of ${sizeOf(parts)}`)
  }
}

/** Plain values get no smaller by a higher level. */
function compressed(content: Uint8Array): Buffer {
  const params = { [constants.ZSTD_c_compressionLevel]: 1 }
  return zstdCompressSync(content, { params, chunkSize: Math.min(content.byteLength, mostAtATime), pledgedSrcSize: content.byteLength })
}

const sizeOf = (parts: readonly Uint8Array[]) => parts.reduce((bytes, { byteLength }) => bytes + byteLength, 0)
