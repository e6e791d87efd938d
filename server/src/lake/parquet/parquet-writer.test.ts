import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DOUBLE,
  DuckDBBlobValue,
  DuckDBListValue,
  DuckDBMapValue,
  type DuckDBValue,
  FLOAT,
  INTEGER,
  LIST,
  MAP,
  VARCHAR,
} from '@duckdb/node-api'
import fc from 'fast-check'
import { LakeDatabase } from '../database.ts'
import type { NamedColumn } from '../kinds.ts'
import type { Cell } from './columns.ts'
import { type CellRow, ParquetWriter } from './parquet-writer.ts'

const column = (type: NamedColumn['type'], at: number): NamedColumn => ({ name: `column_${at}`, type })
const texts = fc.oneof(fc.constantFrom('', '\0', '日本', '\u{1f600}'), fc.string({ unit: 'binary', maxLength: 60 }))
const longs = fc.oneof(fc.constantFrom(0, -1, 2 ** 31, -(2 ** 31) - 1, 2 ** 32, -(2 ** 32)), fc.maxSafeInteger())
const lists = <Item>(item: fc.Arbitrary<Item>) => fc.array(item, { maxLength: 4 })
const entries = fc.uniqueArray(fc.tuple(texts, fc.option(fc.float())), { maxLength: 4, selector: ([key]) => key })

const kinds: readonly { type: NamedColumn['type']; cell: fc.Arbitrary<Cell> }[] = [
  { type: BOOLEAN, cell: fc.boolean() },
  { type: INTEGER, cell: fc.integer() },
  { type: BIGINT, cell: longs },
  { type: FLOAT, cell: fc.float() },
  { type: DOUBLE, cell: fc.double() },
  { type: VARCHAR, cell: texts },
  { type: BLOB, cell: fc.uint8Array({ maxLength: 40 }) },
  { type: LIST(VARCHAR), cell: lists(texts) },
  { type: LIST(BOOLEAN), cell: lists(fc.boolean()) },
  { type: LIST(BIGINT), cell: lists(longs) },
  { type: LIST(LIST(BIGINT)), cell: lists(lists(longs)) },
  { type: LIST(LIST(LIST(VARCHAR))), cell: lists(lists(lists(texts))) },
  { type: MAP(VARCHAR, FLOAT), cell: entries },
  { type: LIST(MAP(VARCHAR, FLOAT)), cell: lists(entries) },
]

describe('Parquet files', () => {
  let folder: string
  let database: LakeDatabase
  let files = 0
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vireo-parquet-'))
    database = await LakeDatabase.open({ memoryMb: 256, tempFolder: join(folder, 'temp') })
  })
  after(async () => {
    database.close()
    await rm(folder, { recursive: true })
  })

  function write(types: readonly NamedColumn['type'][], rows: Iterable<CellRow>): string {
    const file = join(folder, `${files++}.parquet`)
    const parquet = new ParquetWriter(file, types.map(column))
    for (const row of rows) parquet.add(row)
    parquet.end()
    return file
  }

  test('any values are read as they were written: NULLs, empty lists, lists in lists, maps', async () => {
    const types = kinds.map(({ type }) => type)
    const row = fc.tuple(...kinds.map(({ cell }) => fc.option(cell)))
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 80 }), async (rows) => {
        const read = await database.rows(`FROM read_parquet('${write(types, rows)}')`)
        assert.deepEqual(
          read.map((cells) => cells.map(plain)),
          rows.map((cells) => cells.map(withHex)),
        )
      }),
      { numRuns: 60 },
    )
  })

  test('many rows are groups, and each is read from its own', async () => {
    const count = 300_000
    const rows = Array.from({ length: count }, (_, at) => [at, at % 3 === 0 ? null : `${at}`, at % 5 === 0 ? [] : [at, -at]])
    const file = write([BIGINT, VARCHAR, LIST(BIGINT)], rows)
    const groups = await database.rows(`SELECT DISTINCT row_group_id, row_group_num_rows FROM parquet_metadata('${file}') ORDER BY ALL`)
    assert.deepEqual(
      groups.map(([, length]) => Number(length)),
      [122_880, 122_880, 54_240],
    )
    const same = `column_0 = n AND column_1 IS NOT DISTINCT FROM if(n % 3 = 0, NULL, n::VARCHAR) AND column_2 = if(n % 5 = 0, [], [n, -n])`
    const numbered = `SELECT *, file_row_number AS n FROM read_parquet('${file}', file_row_number = true)`
    assert.deepEqual(await database.rows(`SELECT count(*) FILTER (WHERE ${same}) FROM (${numbered})`), [[BigInt(count)]])
  })

  test('long values end a group long before it has many rows', async () => {
    const long = 'ä'.repeat(100_000)
    const file = write(
      [VARCHAR, BLOB],
      Array.from({ length: 200 }, () => [long, new Uint8Array(10_000).fill(7)]),
    )
    assert.deepEqual(await database.rows(`SELECT num_row_groups FROM parquet_file_metadata('${file}')`), [[2n]])
    const same = `column_0 = repeat('ä', 100000) AND md5(column_1) = md5(repeat('\\x07', 10000)::BLOB)`
    assert.deepEqual(await database.rows(`SELECT count(*) FILTER (WHERE ${same}) FROM read_parquet('${file}')`), [[200n]])
  })

  test('a file without rows is one', async () => {
    const file = write([INTEGER, LIST(VARCHAR)], [])
    assert.deepEqual(await database.rows(`FROM read_parquet('${file}')`), [])
  })

  test('what was given up is no file of Parquet', async () => {
    const file = join(folder, 'given-up.parquet')
    const parquet = new ParquetWriter(file, [column(INTEGER, 0)])
    parquet.add([1])
    parquet.close()
    assert.doesNotMatch(await readFile(file, 'latin1'), /PAR1$/)
    await assert.rejects(database.rows(`FROM read_parquet('${file}')`))
  })
})

/** What DuckDB has read, as it was written; bytes as hexadecimal digits. */
function plain(value: DuckDBValue): unknown {
  if (value instanceof DuckDBListValue) return value.items.map(plain)
  if (value instanceof DuckDBMapValue) return value.entries.map(({ key, value }) => [plain(key), plain(value)])
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('hex')
  return typeof value === 'bigint' ? Number(value) : value
}

const withHex = (cell: Cell) => (cell instanceof Uint8Array ? Buffer.from(cell).toString('hex') : cell)
