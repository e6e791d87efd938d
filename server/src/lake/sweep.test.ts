import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../clock.ts'
import { openLakeForTests, putText, writerOptions } from './lake-for-tests.ts'
import { LakeWriter } from './lake-writer.ts'

test('a new writer deletes what the last one left, and leaves to readers what they put aside', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vireo-sweep-'))
  t.after(() => rm(folder, { recursive: true }))
  const lake = await openLakeForTests(folder)
  const left = ['scratch/0000000001-000000.parquet', 'scratch/duckdb/spill']
  const readers = 'scratch/sql-1/spill'
  for (const path of [...left, readers]) {
    await mkdir(dirname(lake.location(path)), { recursive: true })
    await writeFile(lake.location(path), '')
  }
  await putText(lake, 'events/date=2026-01-15/hour=07/0000000001-000001.parquet', '')
  const reader = await openLakeForTests(folder)
  const pin = await reader.pin()
  await (await LakeWriter.open(lake, systemClock, writerOptions)).close()
  assert.deepEqual(await lake.paths(), [readers])
  await pin.release()
  await (await LakeWriter.open(lake, systemClock, writerOptions)).close()
  assert.deepEqual(await lake.paths(), [])
})
