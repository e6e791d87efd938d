import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { startForTests } from '../server/src/api/api-for-tests.ts'
import { SlateRecord } from '../server/src/generated/vireo/record/v1/records.ts'
import { ExplainRequest, type ExplainResponse } from '../server/src/generated/vireo/v1/admin.ts'
import { problemOf, Type, VideoState, type VireoForTests, videoIds, vireoForTests } from './vireo-for-tests.ts'

const patienceMs = 20_000
const models = { enabled: true, registry: 'tests/artifacts', name: 'tiny' }
type Asked = Parameters<typeof ExplainRequest.fromPartial>[0]

const ask = ({ vireo }: VireoForTests, videoId: string, asked: Asked = {}): Promise<ExplainResponse> =>
  vireo.services.operations.explain(ExplainRequest.fromPartial({ userid: 'ada', videoId, ...asked }), AbortSignal.timeout(patienceMs))

/** A page of all there was, v0 and v1 with and without a length, and more pages since than a person's state remembers. */
async function withOldPage(vireo: VireoForTests) {
  await vireo.put(...videoIds(30).map((videoId, n) => (n % 2 === 0 ? { videoId, lengthMs: 20_000 } : { videoId })))
  await vireo.did('bob', Type.Watch, 'v0', { watchMs: 20_000 })
  await vireo.did('ada', Type.Watch, 'v3', { watchMs: 9_000 })
  vireo.clock.pass({ minutes: 5 })
  const page = await vireo.page('ada', { requestId: 7n, pageNumber: 1, resultPerPage: 50, context: { device: 'phone' } })
  vireo.clock.pass({ days: 3 })
  await vireo.put(...videoIds(30, 'later'))
  for (let other = 0; other < 21; other++) await vireo.page('ada', { resultPerPage: 1 })
  return page
}

test('a page of days ago is explained by its record: sources, chances, value, versions and features', async (t) => {
  const vireo = await vireoForTests(t, { config: { models } as never })
  const { results } = await withOldPage(vireo)
  const shown = results.find(({ videoId }) => videoId === 'v0')!
  const told = await ask(vireo, 'v0', { requestId: 7n, pageNumber: 1 })
  const position = results.indexOf(shown)
  assert.match(told.verdict, new RegExp(`^Served on page 1 of request 7, at position ${position + 1}: found by .*${shown.source}`))
  const served = told.served!
  const { arm, level, model, requestId, source, surface } = served
  assert.deepEqual(
    { arm, level, model, requestId, source, surface, position: served.position, reason: served.reason },
    { arm: 'default', level: 1, model: 'tiny/1', requestId: 7n, source: shown.source, surface: 'main', position, reason: shown.reason },
  )
  assert.ok(served.foundBy.some((finding) => finding.source === shown.source))
  assert.deepEqual(
    told.stages.filter(({ kind }) => kind === 'source').map(({ name }) => name),
    served.foundBy.map(({ source }) => source),
  )
  assert.deepEqual(Object.keys(served.chances), ['long_view', 'like'])
  assert.deepEqual(served.valueTerms, { long_view: served.chances.long_view })
  assert.equal(served.valueTerms.long_view, served.scores.value)
  assert.ok(Number.isFinite(served.watchMs))
  assert.equal(served.featuresMissing, '')
  const known = new Map(served.features.map(({ name, value }) => [name, value]))
  assert.deepEqual([known.get('video_length_ms'), known.get('recent_videos'), known.get('video_long_views_all')], [20_000, 1, 1])
  const effects = served.features.map(({ effect }) => Math.abs(effect!))
  assert.deepEqual(
    effects,
    effects.toSorted((a, b) => b - a),
  )
  assert.ok(effects[0]! > 0)

  for (const named of [{ slateId: served.slateId }, { tracking: shown.tracking }]) assert.deepEqual(await ask(vireo, 'v0', named), told)
  assert.equal((await ask(vireo, 'v0')).served, undefined, 'without a name only the latest pages count')
})

test('the effect of a feature is what the video is worth less without it', async (t) => {
  const vireo = await vireoForTests(t, { config: { models } as never })
  // New to the model and to everybody: only their lengths differ.
  await vireo.put({ videoId: 'long', lengthMs: 60_000 }, { videoId: 'unknown' })
  await vireo.page('ada', { requestId: 1n })
  const [long, unknown] = [await ask(vireo, 'long'), await ask(vireo, 'unknown')].map(({ served }) => served!)
  const ofLength = long!.features.find(({ name }) => name === 'video_length_ms')!.effect!
  assert.notEqual(ofLength, 0)
  assert.ok(Math.abs(long!.scores.value! - ofLength - unknown!.scores.value!) < 1e-5)
})

test('what the log has let go of is explained from the lake, to the last number', async (t) => {
  const vireo = await vireoForTests(t, { config: { models, lake: { enabled: true, commitSeconds: 1 } } as never })
  const { results } = await withOldPage(vireo)
  const named = { requestId: 7n, pageNumber: 1 }
  const before = await ask(vireo, 'v0', named)
  const { eventLog, lake } = vireo.vireo
  await lake!.drain(AbortSignal.timeout(patienceMs))
  for (const { topic, partition, end } of await eventLog.extents()) {
    if (topic === 'served' || topic === 'features') await eventLog.retain({ topic, partition, offset: end })
  }
  const about = { seconds: before.served!.served!.seconds + 1_800n, nanos: 0 }
  for (const when of [{}, { servedAbout: about }]) assert.deepEqual(await ask(vireo, 'v0', { ...named, ...when }), before)
  assert.deepEqual(await ask(vireo, 'v0', { tracking: results[0]!.tracking }), before)
  const late = { seconds: about.seconds + 7_200n, nanos: 0 }
  assert.equal((await problemOf(ask(vireo, 'v0', { ...named, servedAbout: late }))).code, 'RESPONSE_UNKNOWN')
  assert.equal((await problemOf(ask(vireo, 'v0', { slateId: 'none' }))).code, 'RESPONSE_UNKNOWN')

  await vireo.changeState('v0', VideoState.VIDEO_STATE_REMOVED)
  const { state } = await ask(vireo, 'v0', named)
  assert.equal(state, VideoState.VIDEO_STATE_REMOVED)
  await vireo.vireo.close()
  const without = await vireoForTests(t, {
    clock: vireo.clock,
    config: { ...vireo.config, models: { ...vireo.config.models, enabled: false } } as never,
  })
  const { served } = await ask(without, 'v0', named)
  assert.equal(served!.featuresMissing, 'No effects: the model tiny/1 does not serve any more.')
  assert.ok(served!.features.length > 5 && served!.features.every(({ effect }) => effect === undefined))
  assert.deepEqual([served!.chances, served!.valueTerms], [before.served!.chances, before.served!.valueTerms])
})

test('of two pages with the same numbers the last is meant, or that of the time', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(20))
  const first = await vireo.page('ada', { requestId: 3n, resultPerPage: 5 })
  const servedAbout = { seconds: BigInt(vireo.clock.ms) / 1_000n, nanos: 0 }
  vireo.clock.pass({ hours: 5 })
  const second = await vireo.page('ada', { requestId: 3n, resultPerPage: 5 })
  const [early, late] = [first.results[0]!.videoId, second.results[0]!.videoId]
  assert.equal((await ask(vireo, late, { requestId: 3n })).served!.position, 0)
  assert.equal((await problemOf(ask(vireo, early, { requestId: 3n }))).code, 'VIDEO_NOT_IN_RESPONSE')
  assert.equal((await ask(vireo, early, { requestId: 3n, servedAbout })).served!.position, 0)
})

test('places in sources are told where the record has them, and what it lacks is not made up', async (t) => {
  const vireo = await vireoForTests(t)
  const items = [{ videoId: 'v0', source: 1, foundBy: 3, score: 2, terms: [0.5, 12, 0] }]
  const terms = ['similarity', 'place_near', 'place_popular']
  const slate = SlateRecord.fromPartial({
    slateId: 's',
    person: 'ada',
    requestId: '5',
    timeMs: 9,
    imported: true,
    sources: ['near', 'popular'],
    terms,
    items,
  })
  await vireo.vireo.imports.write(
    [{ topic: 'served', key: 'ada', timeMs: 9, value: SlateRecord.encode(slate).finish() }],
    AbortSignal.timeout(patienceMs),
  )
  const { served, verdict } = await ask(vireo, 'v0', { slateId: 's' })
  assert.equal(verdict, 'Served on page 0 of request 5: found by near, popular.')
  assert.deepEqual(served!.foundBy, [
    { source: 'near', place: 12 },
    { source: 'popular', place: undefined },
  ])
  assert.deepEqual([served!.source, served!.scores, served!.chances], ['popular', { score: 2, similarity: 0.5 }, {}])
  assert.equal(served!.featuresMissing, 'No features of this page were logged.')
})

test('a response that is unknown or named badly is refused', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(3))
  const { results } = await vireo.page('ada', { requestId: 1n })
  const refusals: [Asked, string, string][] = [
    [{ requestId: 2n }, 'RESPONSE_UNKNOWN', 'request_id'],
    [{ requestId: 1n, pageNumber: 1 }, 'RESPONSE_UNKNOWN', 'request_id'],
    [{ requestId: 1n, userid: 'bob' }, 'RESPONSE_UNKNOWN', 'request_id'],
    [{ slateId: 'none' }, 'RESPONSE_UNKNOWN', 'slate_id'],
    [{ requestId: 1n, videoId: 'other' }, 'VIDEO_NOT_IN_RESPONSE', 'video_id'],
    [{ pageNumber: 1 }, 'RESPONSE_NAME_WRONG', 'request_id'],
    [{ slateId: 's', pageNumber: 1 }, 'RESPONSE_NAME_WRONG', 'request_id'],
    [{ requestId: 1n, tracking: results[0]!.tracking }, 'RESPONSE_NAME_WRONG', 'request_id'],
    [{ requestId: 1n, pageNumber: -1 }, 'PAGE_NEGATIVE', 'page_number'],
    [{ tracking: 'no token' }, 'TOKEN_INVALID', 'tracking'],
    [{ slateId: '' }, 'ID_MISSING', 'slate_id'],
  ]
  for (const [asked, code, field] of refusals) {
    assert.deepEqual(await problemOf(ask(vireo, 'v0', asked)), { code, field, retryable: false }, inspect(asked))
  }
})

test('a response is named in the query over HTTP', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(3))
  await vireo.page('ada', { requestId: 1n })
  const { url } = await startForTests(t, { services: vireo.vireo.services })
  const time = new Date(vireo.clock.ms).toISOString()
  const answer = await fetch(`${url}/v1/admin/explain/ada/v0?request_id=1&page_number=0&served_about=${time}`)
  const { served } = (await answer.json()) as { served?: { requestId: string; policy: string } }
  assert.deepEqual([answer.status, served?.requestId], [200, '1'])
})
