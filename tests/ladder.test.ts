import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Level, type RecsResponse } from '../server/src/generated/vireo/v1/feed.ts'
import { PageFeatures } from '../server/src/models/serving/page-features.ts'
import { ServingModel } from '../server/src/models/serving/serving-model.ts'
import type { VectorIndex } from '../server/src/ports/vector-index.ts'
import { inPlaceOf } from './in-place-of.ts'
import { Type, type VireoForTests, videoIds, vireoForTests } from './vireo-for-tests.ts'

const clients = 6
const pagesEach = 4
/** Far below what something that hangs would take, and far above what a busy machine makes of the deadlines below. */
const budgetMs = 5_000

const withModel = (t: TestContext, more = {}, feed = {}) =>
  vireoForTests(t, {
    config: {
      models: { enabled: true, registry: 'tests/artifacts', name: 'tiny', deadlineMs: 300, ...more },
      feed: { sourceDeadlineMs: 300, deadlineMs: 300, explorationShare: 0, ...feed },
    },
  })

/** Pages of several people at once; every one within the budget, and with what it should have. */
async function underLoad(vireo: VireoForTests, round: string): Promise<RecsResponse[]> {
  const pages: RecsResponse[] = []
  const ask = async (client: number) => {
    for (let nth = 0; nth < pagesEach; nth++) {
      const started = performance.now()
      const page = await vireo.page(`${round}-${client}`)
      assert.ok(performance.now() - started < budgetMs)
      assert.equal(page.results.length, 10)
      pages.push(page)
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, client) => ask(client)))
  return pages
}

const levelsOf = (pages: readonly RecsResponse[]) => [...new Set(pages.map(({ level }) => level))]
const reasonsOf = (pages: readonly RecsResponse[]) => [...new Set(pages.map(({ levelReason }) => levelReason))]
const degradedOf = (pages: readonly RecsResponse[]) => [...new Set(pages.flatMap(({ degraded }) => degraded))].sort()

/** Answers nothing until the caller has gone. */
const hangs = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
const fails = () => Promise.reject(new Error('broken for a test'))

async function broken<Part, Name extends keyof Part, Result>(part: Part, name: Name, other: Part[Name], run: () => Promise<Result>) {
  using _ = inPlaceOf(part, name, other)
  return await run()
}

const ranker = ServingModel.prototype

async function recovers(vireo: VireoForTests): Promise<void> {
  const pages = await underLoad(vireo, 'afterwards')
  assert.deepEqual([levelsOf(pages), reasonsOf(pages), degradedOf(pages)], [[Level.LEVEL_FULL], [''], []])
}

test('with a ranker that hangs or fails, the best few are ranked; with one that can not rank at all, none; and it recovers', async (t) => {
  const vireo = await withModel(t)
  await vireo.put(...videoIds(400))
  const light = (other: ServingModel['rankAll'], round: string) => broken(ranker, 'rankAll', other, () => underLoad(vireo, round))
  const hung = await light((_moment, _features, signal) => hangs(signal), 'hung')
  assert.deepEqual([levelsOf(hung), reasonsOf(hung), degradedOf(hung)], [[Level.LEVEL_LIGHT_RANKING], ['deadline'], []])
  const failing = await light(fails, 'failing')
  assert.deepEqual([levelsOf(failing), reasonsOf(failing)], [[Level.LEVEL_LIGHT_RANKING], ['failure']])
  const none = await light(fails, 'warm').then(() => broken(ranker, 'rankFew', fails, () => light(fails, 'none')))
  assert.deepEqual([levelsOf(none), reasonsOf(none), degradedOf(none)], [[Level.LEVEL_NO_RANKING], ['failure'], ['ranking']])
  await recovers(vireo)
})

test('where what the ranker reads is not to be had, the page is not ranked, and says so; and it recovers', async (t) => {
  const vireo = await withModel(t)
  await vireo.put(...videoIds(400))
  const { gather } = PageFeatures.prototype
  const ofPagesAlone: PageFeatures['gather'] = function (this: PageFeatures, ...given) {
    if (given[2].length > 10) throw new Error('broken for a test')
    gather.apply(this, given)
  }
  const none = await broken(PageFeatures.prototype, 'gather', ofPagesAlone, () => underLoad(vireo, 'none'))
  assert.deepEqual([levelsOf(none), reasonsOf(none), degradedOf(none)], [[Level.LEVEL_NO_RANKING], ['failure'], ['features']])
  await recovers(vireo)
})

test('with too many requests before it, a request has a few of its candidates ranked', async (t) => {
  const vireo = await withModel(t, { queue: 1 })
  await vireo.put(...videoIds(400))
  const busy = await broken(ranker, 'waiting', 1, () => underLoad(vireo, 'many'))
  assert.deepEqual([levelsOf(busy), reasonsOf(busy)], [[Level.LEVEL_LIGHT_RANKING], ['queue']])
  assert.equal((await vireo.page('alone')).level, Level.LEVEL_FULL)
})

for (const waitMs of [5, 50]) {
  test(`when more ask at once than can be served, the line is kept to ${waitMs} ms by pages that take less work; and it recovers`, async (t) => {
    const vireo = await withModel(t, { deadlineMs: 10_000 }, { waitMs, sourceDeadlineMs: 10_000, deadlineMs: 10_000 })
    await vireo.put(...videoIds(400))
    const rankAll = ranker.rankAll
    const slowly: ServingModel['rankAll'] = async function (this: ServingModel, ...given) {
      await sleep(50)
      return rankAll.apply(this, given)
    }
    const pages = await broken(ranker, 'rankAll', slowly, () => Promise.all(videoIds(40).map((person) => vireo.page(person))))
    assert.ok(pages.every(({ results }) => results.length === 10))
    const [first, ...others] = pages
    assert.equal(first!.level, Level.LEVEL_FULL, 'who comes first has not waited')
    const lower = others.filter(({ level }) => level !== Level.LEVEL_FULL)
    assert.ok(lower.length > 10, `only ${lower.length} of 40`)
    assert.deepEqual(reasonsOf(lower), ['load'])
    for (const { level, levelReason } of await vireo.slates()) assert.equal(levelReason, level === Level.LEVEL_FULL ? '' : 'load')
    assert.deepEqual([(await vireo.page('alone')).level, (await vireo.page('alone')).levelReason], [Level.LEVEL_FULL, ''])
  })
}

test('with an index that hangs or fails, or no vector of the person, the other sources make the page; and it recovers', async (t) => {
  const vireo = await withModel(t)
  await vireo.put(...videoIds(400))
  for (let client = 0; client < clients; client++) {
    for (const round of ['hung', 'failing']) await vireo.did(`${round}-${client}`, Type.Like, `v${client}`)
  }
  const index = await anIndex(vireo)
  const search = (other: VectorIndex['search'], round: string) => broken(index, 'search', other, () => underLoad(vireo, round))
  const hung = await search((_query, _count, signal) => hangs(signal), 'hung')
  assert.deepEqual([levelsOf(hung), degradedOf(hung)], [[Level.LEVEL_FULL], ['near_liked', 'two_tower']])
  assert.deepEqual(degradedOf(await search(fails, 'failing')), ['near_liked', 'two_tower'])
  const blind = await broken(ranker, 'personVector', fails, () => underLoad(vireo, 'blind'))
  assert.deepEqual([levelsOf(blind), degradedOf(blind)], [[Level.LEVEL_FULL], ['person_vector']])
  await recovers(vireo)
})

test('with a log that refuses or is slow, pages come without tokens, and nothing is shown twice', async (t) => {
  const vireo = await withModel(t)
  await vireo.put(...videoIds(400))
  const { eventLog } = vireo.vireo
  for (const [round, append] of [
    ['refusing', fails],
    ['slow', () => sleep(budgetMs, [], { ref: false })],
  ] as const) {
    const pages = await broken(eventLog, 'append', append, () => underLoad(vireo, round))
    assert.deepEqual(degradedOf(pages), ['served_slate'])
    assert.ok(pages.every(({ results }) => results.every(({ tracking }) => tracking === '')))
  }
  await recovers(vireo)
})

/** The index of the model that serves, as the first search meets it. */
async function anIndex(vireo: VireoForTests): Promise<VectorIndex> {
  let found: VectorIndex | undefined
  const own = ranker.personVector
  await broken(
    ranker,
    'personVector',
    function (this: ServingModel, ...given) {
      found = this.index
      return own.apply(this, given)
    },
    () => vireo.page('somebody'),
  )
  return found!
}
