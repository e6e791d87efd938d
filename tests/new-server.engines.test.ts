import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { S3ForTests } from '../server/src/adapters/s3/s3-for-tests.ts'
import type { S3Snapshots } from '../server/src/adapters/s3/s3-snapshots.ts'
import { openSnapshots, snapshotPlace } from '../server/src/adapters/snapshot-place.ts'
import { stateNameOf } from '../server/src/compose/beside.ts'
import { sharedSettings } from './replicas-for-tests.ts'
import { newFolder, Type, type VireoForTests, videoIds, vireoForTests } from './vireo-for-tests.ts'

const patienceMs = 60_000

describe('a new server of several, with lake.location in an object store', () => {
  let s3: S3ForTests
  before(async () => {
    s3 = await S3ForTests.start()
  })
  after(() => s3[Symbol.asyncDispose]())

  test('begins with what another one has put there, and goes on with the log', async (t) => {
    const settings = { ...sharedSettings(), lake: { location: s3.place('new').url }, s3: s3.s3 }
    const dataDir = newFolder()
    mkdirSync(join(dataDir, 'vectors'), { recursive: true })
    writeFileSync(join(dataDir, 'vectors/tiny.index'), 'vectors of videos')
    const first = await serverWithHistory(t, { ...settings, dataDir })
    await taken(first)
    await forget(first)
    await first.did('ann', Type.Like, 'v2')

    const second = await vireoForTests(t, { config: settings })
    assert.equal(second.vireo.feedParts.catalog.ids.size, 30)
    assert.deepEqual(await second.stats('v1'), await first.stats('v1'))
    assert.equal((await second.stats('v2')).likeCount, 1)
    assert.equal((await second.feed('ann')).includes('v1'), false)
    assert.equal(readFileSync(join(second.folder, 'vectors/tiny.index'), 'utf8'), 'vectors of videos')
    assert.equal(existsSync(join(second.folder, 'snapshot-scratch')), false)
  })

  test('takes the one before where the newest is damaged or of another log', async (t) => {
    const settings = { ...sharedSettings(), lake: { location: s3.place('damaged').url }, s3: s3.s3 }
    const first = await serverWithHistory(t, settings)
    const snapshots = await taken(first)
    await forget(first)
    const [{ id } = { id: '' }] = await snapshots.newestFirst()
    const good = await snapshots.read(id)
    const { vireo, positions } = good
    const from = `${first.folder}/${stateNameOf(first.config)}`
    const ahead = positions.map((place) => ({ ...place, offset: place.offset + 1_000_000 }))
    await snapshots.put([{ from, path: 'other-log' }], { vireo, positions: ahead })
    const damaged = await snapshots.put([{ from, path: 'damaged' }], { vireo, positions })
    await snapshots.store.put((await snapshots.read(damaged)).files[0]!.parts[0]!.key, Buffer.from('what was not put'))

    const second = await vireoForTests(t, { config: settings })
    assert.deepEqual(await second.stats('v1'), await first.stats('v1'))
    for (const name of ['damaged', 'other-log']) assert.equal(existsSync(join(second.folder, name)), false)
  })

  test('that has a state which is as good keeps it, and one that missed what the log let go of does not', async (t) => {
    const settings = { ...sharedSettings(), lake: { location: s3.place('own').url }, s3: s3.s3 }
    const behind = newFolder()
    const early = await vireoForTests(t, { config: { ...settings, lake: {}, dataDir: behind } })
    await early.put(...videoIds(3))
    await early.vireo.close()

    const first = await serverWithHistory(t, settings)
    await taken(first)
    const same = await first.restarted()
    assert.equal((await same.stats('v1')).watchCount, 1)
    await forget(same)
    const second = await vireoForTests(t, { config: { ...settings, dataDir: behind } })
    assert.equal(second.vireo.feedParts.catalog.ids.size, 30)
    assert.equal((await second.stats('v1')).watchCount, 1)
  })
})

type Settings = NonNullable<NonNullable<Parameters<typeof vireoForTests>[1]>['config']>

/** Videos and what was done with them are in the log before it starts, so that its first snapshot has them. */
async function serverWithHistory(t: TestContext, settings: Settings): Promise<VireoForTests> {
  const before = await vireoForTests(t, { config: { ...settings, lake: {}, dataDir: newFolder() } })
  await before.put(...videoIds(30))
  await before.did('ann', Type.Watch, 'v1', { watchMs: 20_000 })
  await before.vireo.close()
  return vireoForTests(t, { config: settings })
}

/** Waits for the first snapshot. */
async function taken({ config }: VireoForTests): Promise<S3Snapshots> {
  const snapshots = await openSnapshots(snapshotPlace(config, stateNameOf(config))!)
  for (const limit = AbortSignal.timeout(patienceMs); (await snapshots.newestFirst()).length === 0; await sleep(50)) limit.throwIfAborted()
  return snapshots
}

/** The log lets go of all that is in it. There is no lake to read it from. */
async function forget({ vireo }: VireoForTests): Promise<void> {
  for (const { topic, partition, end } of await vireo.eventLog.extents()) await vireo.eventLog.retain({ topic, partition, offset: end })
}
