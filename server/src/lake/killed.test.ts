import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { killedMidway } from '../../../tests/crash/killed-midway.ts'
import { EventRecord } from '../generated/vireo/record/v1/records.ts'
import { seededRandom } from '../random.ts'
import { openLogAndLake, recordsInLake, recordsInLog } from './lake-for-tests.ts'

const kills = 20

test('all that the log has acknowledged is in the lake exactly once, whenever its writer was killed', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vireo-lake-killed-'))
  t.after(() => rm(folder, { recursive: true }))
  const random = seededRandom(1, 2, 3, 4)
  const acknowledged: string[] = []
  for (let run = 0; run < kills; run++) {
    const script = '../../server/src/lake/drain-until-killed.ts'
    acknowledged.push(...(await killedMidway(script, [folder, String(run)], 20 + random() * 400)))
  }

  const errors: unknown[] = []
  const { log, lake, sink, close } = await openLogAndLake(folder, (error) => errors.push(error))
  await sink.drain(AbortSignal.timeout(60_000))
  const [events, served] = [await recordsInLake(lake, 'events'), await recordsInLake(lake, 'served')]
  assert.deepEqual(events, await recordsInLog(log, 'events'))
  assert.deepEqual(served, await recordsInLog(log, 'served'))
  assert.ok(acknowledged.length > kills)
  const ids = new Set(events.map(({ value }) => EventRecord.decode(value).eventId))
  for (const batch of acknowledged) for (let i = 0; i < 20; i++) assert.ok(ids.has(`${batch}-${i}`), `${batch}-${i}`)
  await close()
  assert.deepEqual(errors, [])

  const { files, removed } = await lake.manifest()
  const named = new Set([...files, ...removed].map(({ path }) => path))
  const left = (await lake.paths()).filter((path) => path.endsWith('.parquet') && !named.has(path))
  assert.deepEqual(left, [], 'what was never committed has been swept')
  for (const { path, bytes, sha256 } of files) assert.deepEqual(await lake.inspect(path), { bytes, sha256 })
})
