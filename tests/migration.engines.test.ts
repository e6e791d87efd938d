import assert from 'node:assert/strict'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { RegistryFolder } from '../server/src/adapters/embedded/registry-folder.ts'
import { openRegistry } from '../server/src/adapters/registry-place.ts'
import { KeyStore } from '../server/src/api/access/key-store.ts'
import type { MigrationRequest } from '../server/src/compose/migration.ts'
import type { Config } from '../server/src/config.ts'
import { feedSettings } from '../server/src/feed/feed-settings.ts'
import { CheckFeaturesRequest } from '../server/src/generated/vireo/v1/admin.ts'
import { RecsRequest } from '../server/src/generated/vireo/v1/feed.ts'
import { tinyArtifact } from '../server/src/models/artifact-for-tests.ts'
import { topics } from '../server/src/ports/event-log.ts'
import { clock, engines, migrated, untilKilled } from './migration-for-tests.ts'
import { idsOf, newFolder, Type, VideoState, type VireoForTests, videoIds, vireoForTests } from './vireo-for-tests.ts'

const never = new AbortController().signal
const kinds = ['cats', 'food', 'dance', 'chess']
const people = Array.from({ length: 24 }, (_, n) => `person ${n}`)

/** A server of one or the other home. */
const open = (t: TestContext, config: Partial<Config>) => {
  const feed = { ...config.feed, deadlineMs: 10_000, sourceDeadlineMs: 10_000 }
  return vireoForTests(t, { clock, config: { ...config, feed, lake: { ...config.lake, enabled: true } } })
}

/** A server with a week behind it: what is older than a day only its lake has. */
async function lived(t: TestContext): Promise<{ folder: string; models: string; token: string }> {
  const vireo = await open(t, {})
  await vireo.put(
    ...videoIds(120).map((videoId, n) => ({
      ...{ videoId, creatorId: `c${n % 17}`, lengthMs: 12_000 },
      categories: [{ name: kinds[n % kinds.length]!, confidence: 1, source: '' }],
    })),
  )
  let token = ''
  for (let day = 0; day < 4; day++) {
    for (const [n, person] of people.entries()) {
      const page = await vireo.page(person, { requestId: BigInt(1 + day), resultPerPage: 8 })
      for (const [at, { tracking, videoId }] of page.results.entries()) {
        clock.pass({ seconds: 7 })
        await vireo.did(person, Type.Impression, videoId, { tracking })
        if (at % 3 === n % 3) await vireo.did(person, Type.Watch, videoId, { tracking, watchMs: 11_000 })
        if (at % 4 === n % 4) await vireo.did(person, Type.Like, videoId, { tracking, eventId: `like ${day} ${at}` })
        if (at === 5 && n % 5 === 0) await vireo.did(person, Type.Unlike, videoId, { tracking })
      }
      token = page.results[0]!.tracking
      if (n % 6 === day) await vireo.did(person, Type.NotInterested, page.results[1]!.videoId)
      if (n % 7 === day) await vireo.did(person, Type.Follow, '', { creatorId: `c${day}` })
    }
    await vireo.changeState(`v${day}`, VideoState.VIDEO_STATE_TAKEN_DOWN)
    if (day === 2) {
      await vireo.vireo.lake!.drain(never)
      for (const { end, partition, topic } of await vireo.vireo.eventLog.extents()) {
        if (topic !== 'control') await vireo.vireo.eventLog.retain({ topic, partition, offset: end - 20 })
      }
    }
    clock.pass({ days: day < 3 ? 1 : 0 })
  }
  await new KeyStore({ dataDir: vireo.folder }).create('operator', ['admin'])
  await vireo.vireo.close()
  const models = newFolder()
  cpSync(tinyArtifact, join(models, 'feed', '1'), { recursive: true })
  cpSync(tinyArtifact, join(models, 'feed', '2'), { recursive: true })
  await new RegistryFolder(models).point('feed', { revision: 1, version: '2', changedMs: clock.now(), before: 0 })
  return { folder: vireo.folder, models, token }
}

/** What each person would be shown next, what the last of them get who ask for their page again, and what is known of videos. */
async function answers(vireo: VireoForTests) {
  const feed = vireo.vireo.feedWith(feedSettings(vireo.config))
  const { ids } = vireo.vireo.feedParts.catalog
  const [next, again]: string[][][] = [[], []]
  for (const userid of people) {
    const request = RecsRequest.fromPartial({ userid, requestId: 99n, resultPerPage: 10 })
    next!.push(await feed.preview(request, never, ({ candidates, page }) => page.map((row) => ids.id(candidates.item[row]!))))
  }
  for (const person of people.slice(-3)) again!.push(idsOf(await vireo.page(person, { requestId: 4n, resultPerPage: 8 })))
  return { next: next!, again: again!, stats: await Promise.all(videoIds(120).map((videoId) => vireo.stats(videoId))) }
}

/** What a copy of the folder answers. */
async function answersOfCopy(t: TestContext, folder: string): ReturnType<typeof answers> {
  const copy = newFolder()
  cpSync(folder, copy, { recursive: true, filter: (name) => !name.endsWith('/lock') })
  const vireo = await open(t, { dataDir: copy })
  const found = await answers(vireo)
  await vireo.vireo.close()
  return found
}

async function differences(vireo: VireoForTests): Promise<unknown[]> {
  const found: unknown[] = []
  const request = CheckFeaturesRequest.create({ people: 1_000_000, entities: 2 ** 31, seed: 1 })
  let compared = 0n
  for await (const view of vireo.vireo.services.operations.checkFeatures(request, never)) {
    compared += view.compared
    found.push(...view.differences)
  }
  assert.ok(compared > 1_000n, `${compared} tiles`)
  return found
}

test('from a folder to the engines and back nobody notices the move, wherever it was killed', async (t) => {
  const { folder, models, token } = await lived(t)
  const expected = await answersOfCopy(t, folder)
  const config = engines()
  const there: MigrationRequest = { direction: 'to-engines', config, folder, models }
  await untilKilled(there, { name: 'records', done: 1 })
  await untilKilled(there, { name: 'records', done: 500 })
  await untilKilled(there, { name: 'models', done: 3 })
  await assert.rejects(open(t, config), { code: 'MIGRATION_UNFINISHED' })
  const moved = await migrated(there)
  assert.deepEqual([moved.wrong, moved.unreadable, moved.people.readOtherwise], [[], 0, 0])
  assert.deepEqual(
    moved.lake.map(({ rows, table }) => [table, rows > 0]),
    topics.map((topic) => [topic, true]),
  )

  const server = await open(t, config)
  assert.deepEqual(await differences(server), [])
  const found = await answers(server)
  assert.deepEqual(found, expected)
  const registry = await openRegistry(config)
  assert.deepEqual([(await registry.versions('feed')).toSorted(), (await registry.channel('feed')).version], [['1', '2'], '2'])
  assert.equal(new KeyStore({ dataDir: config.dataDir }).list().length, 1)
  const sent = server.event(people.at(-1)!, Type.Share, found.again.at(-1)![0]!, { tracking: token })
  assert.equal((await server.send(sent)).accepted, 1, 'a token of before the move')
  await server.vireo.close()

  const back: MigrationRequest = { direction: 'to-folder', config, folder: newFolder(), models: newFolder() }
  await untilKilled(back, { name: 'records', done: 700 })
  await untilKilled(back, { name: 'people', done: 1 })
  await assert.rejects(open(t, { dataDir: back.folder }), { code: 'MIGRATION_UNFINISHED' })
  const returned = await migrated(back)
  assert.deepEqual([returned.wrong, returned.people.readOtherwise], [[], 0])
  const home = await open(t, { dataDir: back.folder })
  assert.deepEqual(await differences(home), [])
  assert.equal((await home.send(sent)).duplicates, 1, 'an event that is sent again')
  assert.deepEqual(await answers(await open(t, config)), await answers(home))
})
