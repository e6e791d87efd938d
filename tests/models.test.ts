import assert from 'node:assert/strict'
import { cpSync, mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Level, type RecsResponse } from '../server/src/generated/vireo/v1/feed.ts'
import { artifactWith, tinyArtifact } from '../server/src/models/artifact-for-tests.ts'
import { newFolder, problemOf, Type, VideoState, type VireoForTests, videoIds, vireoForTests } from './vireo-for-tests.ts'

/** A registry with these versions of the tiny model. */
function registryOf(...versions: readonly string[]): string {
  const registry = newFolder()
  for (const [at, version] of versions.entries()) {
    artifactWith(join(registry, 'tiny', version), (manifest) => Object.assign(manifest, { version, createdMs: at }))
  }
  return registry
}

/** A busy machine is given time: what deadlines do has tests of its own. */
const withModels = (registry: string, more = {}) => ({
  models: { enabled: true, registry, name: 'tiny', deadlineMs: 20_000, hungMs: 20_000, ...more },
  feed: { sourceDeadlineMs: 20_000, explorationShare: 0 },
})
const serving = async ({ vireo }: VireoForTests) => (await vireo.services.models.list()).models.find(({ serves }) => serves)?.version

/** Waits until the person's neighbours have the video. */
async function found(vireo: VireoForTests, person: string, video: string): Promise<void> {
  const outcome = async () => (await vireo.explain(person, video)).stages.find(({ name }) => name === 'two_tower')!.outcome
  const began = performance.now()
  while ((await outcome()) !== 'found') assert.ok(performance.now() - began < 5_000)
}

test('a model ranks: its sources, its chances and its version are in the slate', async (t) => {
  const vireo = await vireoForTests(t, { config: withModels(registryOf('1')) })
  await vireo.put(...videoIds(300))
  await vireo.did('ada', Type.Watch, 'v1', { watchMs: 30_000 })
  await found(vireo, 'ada', 'v299')
  const page = await vireo.page('ada')
  assert.deepEqual([page.level, page.degraded, page.results.length], [Level.LEVEL_FULL, [], 10])
  const [slate] = await vireo.slates()
  assert.equal(slate!.model, 'tiny/1')
  const term = (name: string) => slate!.items.map(({ terms }) => terms[slate!.terms.indexOf(name)]!)
  for (const chance of [...term('long_view'), ...term('like')]) assert.ok(chance > 0 && chance < 1)
  assert.ok(term('retrieval').some((logit) => logit !== 0))
  assert.ok(slate!.items.some(({ foundBy }) => (foundBy & (1 << slate!.sources.indexOf('two_tower'))) !== 0))
})

test('with a model too, who has seen everything gets an empty page, as does who allows one of an empty catalogue', async (t) => {
  const vireo = await vireoForTests(t, { config: withModels(registryOf('1')) })
  assert.deepEqual((await vireo.page('ada', { allowEmpty: true })).results, [])
  await vireo.put('v1')
  assert.deepEqual(await vireo.feed('ada'), ['v1'])
  assert.deepEqual(await vireo.feed('ada'), [])
})

test('a video is found by its vector soon after its upload, and never after it was taken down', async (t) => {
  const vireo = await vireoForTests(t, { config: withModels(registryOf('1')) })
  await vireo.put(...videoIds(20))
  await vireo.did('ada', Type.Watch, 'v1', { watchMs: 30_000 })
  await vireo.put('fresh')
  await found(vireo, 'ada', 'fresh')
  await vireo.changeState('fresh', VideoState.VIDEO_STATE_TAKEN_DOWN)
  assert.ok(!(await vireo.feed('ada', 50)).includes('fresh'))
})

test('the newest model serves until one is chosen; a choice and its rollback outlive a restart', async (t) => {
  const config = withModels(registryOf('1', '2', '3'))
  let vireo = await vireoForTests(t, { config })
  assert.equal(await serving(vireo), '3')
  const { models } = vireo.vireo.services
  await models.use('1')
  await models.use('2')
  assert.equal(await serving(vireo), '2')
  vireo = await vireo.restarted()
  assert.equal(await serving(vireo), '2')
  assert.equal((await vireo.vireo.services.models.rollback()).version, '1')
  assert.equal(await serving(vireo), '1')
  assert.equal((await problemOf(vireo.vireo.services.models.rollback())).code, 'ROLLBACK_IMPOSSIBLE')
  assert.equal((await problemOf(vireo.vireo.services.models.use('4'))).code, 'MODEL_UNKNOWN')
})

test('what is chosen at one server is soon served by others of the same registry', async (t) => {
  const config = withModels(registryOf('1', '2'))
  const [one, other] = [await vireoForTests(t, { config }), await vireoForTests(t, { config })]
  await one.vireo.services.models.use('1')
  const began = performance.now()
  while ((await serving(other)) !== '1') {
    assert.ok(performance.now() - began < 60_000)
    await sleep(50)
  }
})

test('models are changed without one failed or lesser page, and each page is of one model', async (t) => {
  const vireo = await vireoForTests(t, { config: withModels(registryOf('1', '2')) })
  await vireo.put(...videoIds(200))
  const pages: RecsResponse[] = []
  let changing = true
  const asking = Array.from({ length: 4 }, async (_, client) => {
    for (let nth = 0; changing; nth++) pages.push(await vireo.page(`person-${client}-${nth}`))
  })
  for (const version of ['1', '2', '1']) await vireo.vireo.services.models.use(version)
  changing = false
  await Promise.all(asking)
  assert.ok(pages.length > 20)
  for (const { degraded, level, results } of pages) assert.deepEqual([level, degraded, results.length], [Level.LEVEL_FULL, [], 10])
  assert.deepEqual([...new Set((await vireo.slates()).map(({ model }) => model))].sort(), ['tiny/1', 'tiny/2'])
})

test('a model that does not hold changes nothing and says why', async (t) => {
  const registry = registryOf('1')
  const vireo = await vireoForTests(t, { config: withModels(registry) })
  await vireo.put(...videoIds(30))
  cpSync(tinyArtifact, join(registry, 'tiny/changed'), { recursive: true })
  writeFileSync(join(registry, 'tiny/changed/ranker.int8.onnx'), 'no graph')
  mkdirSync(join(registry, 'tiny/empty'))
  const use = (version: string) => problemOf(vireo.vireo.services.models.use(version))
  assert.equal((await use('changed')).code, 'ARTIFACT_FILE_CHANGED')
  assert.equal((await use('empty')).code, 'ARTIFACT_MISSING')
  assert.equal(await serving(vireo), '1')
  assert.equal((await vireo.page('ada')).level, Level.LEVEL_FULL)
  const { chosen, models } = await vireo.vireo.services.models.list()
  assert.equal(chosen, '')
  assert.match(models.find(({ version }) => version === 'empty')!.problem, /manifest/)
})

test('a server whose model was refused serves without one', async (t) => {
  const registry = registryOf()
  mkdirSync(join(registry, 'tiny/1'), { recursive: true })
  writeFileSync(join(registry, 'tiny/1/manifest.json'), '{}')
  const vireo = await vireoForTests(t, { config: withModels(registry) })
  await vireo.put(...videoIds(30))
  const page = await vireo.page('ada')
  assert.deepEqual([page.level, page.results.length], [Level.LEVEL_FULL, 10])
  assert.equal((await vireo.slates())[0]!.model, '')
})

test('weights of the value go by arm, else by surface, else for all; what can not be is refused by name', async (t) => {
  const file = join(registryOf('1'), 'weights.json')
  const withWeights = (weights: unknown) => {
    writeFileSync(file, JSON.stringify(weights))
    return { config: withModels(registryOf('1'), { weights: file }) }
  }
  const vireo = await vireoForTests(t, withWeights({ default: { long_view: 1 }, surfaces: { search: { like: 2, long_view: -1 } } }))
  await vireo.put(...videoIds(30))
  await vireo.page('ada')
  await vireo.page('ada', { context: { surface: 'search' } })
  const [main, search] = await vireo.slates()
  for (const [slate, value] of [
    [main!, (chance: (task: string) => number) => chance('long_view')],
    [search!, (chance: (task: string) => number) => 2 * chance('like') + 1 - chance('long_view')],
  ] as const) {
    for (const { terms } of slate.items) {
      const term = (name: string) => terms[slate.terms.indexOf(name)]!
      assert.ok(Math.abs(term('value') - value(term)) < 1e-6)
    }
  }
  for (const [wrong, said] of [
    [{ default: { fame: 1 } }, /fame/],
    [{ default: { like: 'much' } }, /default\.like/],
    [{ default: { like: 0 } }, /default/],
    [{ arms: [] }, /arms/],
  ] as const) {
    await assert.rejects(vireoForTests(t, withWeights(wrong)), { code: 'WEIGHTS_WRONG', message: said })
  }
})

test('vectors are saved, and made anew where what was saved is damaged or has gone', async (t) => {
  let vireo = await vireoForTests(t, { config: withModels(registryOf('1')) })
  await vireo.put(...videoIds(40))
  await vireo.did('ada', Type.Watch, 'v1', { watchMs: 30_000 })
  const file = join(vireo.folder, 'vectors/tiny-1.index')
  for (const damage of [() => undefined, () => truncateSync(file, 300), () => writeFileSync(file, ''), () => rmSync(file)]) {
    await found(vireo, 'ada', 'v39')
    await vireo.changeState('v38', VideoState.VIDEO_STATE_TAKEN_DOWN)
    await vireo.vireo.close()
    assert.ok(statSync(file).size > 300)
    damage()
    vireo = await vireo.restarted()
  }
  await found(vireo, 'ada', 'v39')
  assert.ok(!(await vireo.feed('ada', 50)).includes('v38'))
})
