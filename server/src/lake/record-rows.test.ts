import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { EventRecord, SlateRecord } from '../generated/vireo/record/v1/records.ts'
import { type StoredRecord, type Topic, topics } from '../ports/event-log.ts'
import { LakeDatabase } from './database.ts'
import { anyValue } from './messages-for-tests.ts'
import { ParquetWriter } from './parquet/parquet-writer.ts'
import { recordRows, withLaterColumns } from './record-rows.ts'

describe('rows of the lake', () => {
  let folder: string
  let database: LakeDatabase
  let files = 0
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vireo-rows-'))
    database = await LakeDatabase.open({ memoryMb: 256, tempFolder: join(folder, 'temp') })
  })
  after(async () => {
    database.close()
    await rm(folder, { recursive: true })
  })

  for (const topic of topics) {
    test(`any record of the topic ${topic} comes back from Parquet as it was`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(recordOf(topic), { maxLength: 12 }), async (unplaced) => {
          const records = unplaced.map((record, offset) => ({ ...record, offset }))
          assert.deepEqual(await throughParquet(topic, records), records)
        }),
        { numRuns: 40 },
      )
    })
  }

  test('records of before later columns were written come back without what these hold', async () => {
    const slate = SlateRecord.fromPartial({ slateId: 's', person: 'ada', requestId: '1', items: [{ videoId: 'v', position: 0 }] })
    const event = EventRecord.fromPartial({ type: 1, person: 'ada', videoId: 'v', timeMs: 1 })
    const older = [
      ['served', SlateRecord.encode(slate).finish(), 'model, weights'],
      ['events', EventRecord.encode(event).finish(), 'liked_before, neighbour_of, neighbours'],
    ] as const
    for (const [topic, value, later] of older) {
      const { columns, recordOf } = recordRows[topic]
      await throughParquet(topic, [{ topic, partition: 0, offset: 7, timeMs: 1, key: 'ada', value }])
      const file = join(folder, `older-${topic}.parquet`)
      await database.run(`COPY (SELECT * EXCLUDE (${later}) FROM read_parquet('${folder}/rows.parquet')) TO '${file}' (FORMAT parquet)`)
      const names = columns.map(({ name }) => name).join(', ')
      const rows = await database.rows(`SELECT ${names} FROM ${withLaterColumns(topic, `read_parquet('${file}')`)}`)
      assert.deepEqual(Buffer.from(recordOf(rows).value), Buffer.from(value))
    }
  })

  async function throughParquet(topic: Topic, records: readonly StoredRecord[]): Promise<StoredRecord[]> {
    const { columns, rowsOf, recordOf } = recordRows[topic]
    // As in a lake: DuckDB takes a file of the same name for the one that it has read.
    const written = join(folder, `${files++}.parquet`)
    const parquet = new ParquetWriter(written, columns)
    for (const record of records) for (const row of rowsOf(record).rows) parquet.add(row)
    parquet.end()
    const file = join(folder, 'rows.parquet')
    await database.run(`COPY (FROM read_parquet('${written}')) TO '${file}' (FORMAT parquet, COMPRESSION zstd)`)
    const rows = await database.rows(
      `SELECT * FROM read_parquet('${file}') ORDER BY log_offset, ${topic === 'served' ? 'item_index' : 'log_partition'}`,
    )
    const offsetAt = columns.findIndex(({ name }) => name === 'log_offset')
    return [...Map.groupBy(rows, (row) => row[offsetAt]).values()].map(recordOf)
  }
})

/** Its first field is of a type that protobuf has not. */
const noMessage = fc.uint8Array({ maxLength: 20 }).map((bytes) => new Uint8Array([0x0f, ...bytes]))

const recordOf = (topic: Topic): fc.Arbitrary<StoredRecord> =>
  fc.record({
    topic: fc.constant(topic),
    partition: fc.nat({ max: 3 }),
    offset: fc.constant(0),
    timeMs: fc.integer({ min: 0, max: 4e12 }),
    key: fc.string({ unit: 'binary', maxLength: 8 }),
    value: fc.oneof({ weight: 9, arbitrary: anyValue[topic] }, { weight: 1, arbitrary: noMessage }),
  })
