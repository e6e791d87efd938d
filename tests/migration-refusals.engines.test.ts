import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import type { Config } from '../server/src/config.ts'
import { engines, migrated, planned, untilKilled } from './migration-for-tests.ts'
import { newFolder, Type, vireoForTests } from './vireo-for-tests.ts'

/** A folder with a video and an event. */
async function small(t: Parameters<typeof vireoForTests>[0]): Promise<string> {
  const vireo = await vireoForTests(t)
  await vireo.put('v1', 'v2')
  await vireo.did('ann', Type.Watch, 'v1', { watchMs: 5_000 })
  await vireo.vireo.close()
  return vireo.folder
}

const toEngines = (folder: string, config: Config) => ({ direction: 'to-engines', folder, config, models: newFolder() }) as const

test('a dry run says what would be moved, and makes no topic', async (t) => {
  const folder = await small(t)
  const config = engines()
  const before = readdirSync(folder)
  const { inLog, people, records } = await planned(toEngines(folder, config))
  assert.deepEqual([records.catalog, records.events, inLog.events, people], [2, 1, 1, 1])
  assert.deepEqual(readdirSync(folder), before)
  const back = { direction: 'to-folder', folder: newFolder(), config, models: newFolder() } as const
  await assert.rejects(planned(back), { code: 'KAFKA_TOPIC_MISSING' })
})

test('engines that have something, a wrong password and another number of partitions are refused', async (t) => {
  const folder = await small(t)
  const config = engines()
  const wrong = { ...config, redis: { ...config.redis, password: 'guessed' } }
  await assert.rejects(migrated(toEngines(folder, wrong)), { code: 'REDIS_AUTH_WRONG' })
  assert.deepEqual((await migrated(toEngines(folder, config))).wrong, [])
  await assert.rejects(migrated(toEngines(folder, config)), { code: 'MIGRATION_TARGET_NOT_EMPTY', message: /records in the topics/ })
  const other = { ...config, redis: { ...config.redis, prefix: 'other:' }, kafka: { ...config.kafka, partitions: 5 } }
  await assert.rejects(migrated(toEngines(folder, other)), { code: 'LOG_PARTITIONS' })
})

test('nothing is taken from engines that a server uses', async (t) => {
  const config = engines()
  await vireoForTests(t, { config: { ...config, lake: { ...config.lake, enabled: true } } })
  const back = { direction: 'to-folder', folder: newFolder(), models: newFolder(), config: { ...config, dataDir: newFolder() } } as const
  await assert.rejects(migrated(back), { code: 'MIGRATION_SERVERS_RUNNING' })
})

test('a move is not gone on with where the old home has changed meanwhile, nor as another one', async (t) => {
  const folder = await small(t)
  const request = toEngines(folder, engines())
  await untilKilled(request, { name: 'records', done: 1 })
  await assert.rejects(migrated(toEngines(folder, engines())), { code: 'MIGRATION_OTHER' })
  const goesOn = await vireoForTests(t, { config: { dataDir: folder } })
  await goesOn.did('bob', Type.Watch, 'v2', { watchMs: 5_000 })
  await goesOn.vireo.close()
  await assert.rejects(migrated(request), { code: 'MIGRATION_SOURCE_CHANGED', message: /written to events/ })
})
