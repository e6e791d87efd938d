import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SlateRecord } from '../server/src/generated/vireo/record/v1/records.ts'
import { idsOf, Type, type VireoForTests, videoIds, vireoForTests } from './vireo-for-tests.ts'

const kinds = ['cats', 'food', 'dance', 'chess', 'surf']
const kindOf = (id: string) => kinds[Number(id.slice(1)) % kinds.length]!

/** A crowd in which everybody watches one kind of video to the end and leaves the others. */
async function withCrowd(t: Parameters<typeof vireoForTests>[0]): Promise<VireoForTests> {
  const vireo = await vireoForTests(t, { config: { feed: { explorationShare: 0 } } })
  await vireo.put(
    ...videoIds(300).map((videoId, n) => ({
      videoId,
      creatorId: `c${n % 60}`,
      lengthMs: 12_000,
      categories: [{ name: kinds[n % kinds.length]!, confidence: 1, source: '' }],
    })),
  )
  for (let person = 0; person < 60; person++) {
    const events = Array.from({ length: 16 }, (_, n) => {
      const video = (person * 11 + n * 7) % 300
      const isTheirs = video % kinds.length === person % kinds.length
      const theirs = isTheirs ? video : (video - (video % kinds.length) + (person % kinds.length)) % 300
      const seconds = BigInt(Math.floor(vireo.clock.ms / 1_000) + n)
      return vireo.event(`crowd${person}`, Type.Watch, `v${theirs}`, { watchMs: 12_000, eventId: `${n}`, evtTime: { seconds, nanos: 0 } })
    })
    await vireo.send(...events)
  }
  vireo.clock.pass({ minutes: 11 })
  return vireo
}

/** Explain, of the video that would be first on the next page. */
async function soonest(vireo: VireoForTests, person: string) {
  for (const id of videoIds(300)) {
    const told = await vireo.explain(person, id)
    if (told.verdict.startsWith('On the next page, at position 1')) return told
  }
  throw new Error('no video would be first')
}

test('liking three videos of one kind changes the next page, and the answer and explain say why', async (t) => {
  const vireo = await withCrowd(t)
  const [ada, bob] = [await vireo.page('ada', { resultPerPage: 20 }), await vireo.page('bob', { resultPerPage: 20 })]
  const cats = ada.results.filter(({ videoId }) => kindOf(videoId) === 'cats')
  assert.ok(cats.length >= 3, 'the first page has something of everything')
  for (const { tracking, videoId } of cats.slice(0, 3)) {
    await vireo.did('ada', Type.Watch, videoId, { watchMs: 12_000, tracking })
    await vireo.did('ada', Type.Like, videoId, { tracking })
  }
  const share = (ids: readonly string[]) => ids.filter((id) => kindOf(id) === 'cats').length / ids.length
  const before = share(idsOf(ada))
  const next = await vireo.page('ada', { resultPerPage: 8 })
  const without = await vireo.page('bob', { resultPerPage: 8 })
  assert.ok(share(idsOf(next)) > before && share(idsOf(next)) > share(idsOf(without)), `${idsOf(next).map(kindOf)}, before ${before}`)
  assert.equal(bob.results.length, 20)

  const because = next.results.filter(({ source }) => source === 'more_like_this')
  assert.ok(because.length >= 4)
  const titles = cats.slice(0, 3).map(({ videoTitle }) => `Because you watched “${videoTitle}”`)
  assert.ok(because.filter(({ reason }) => titles.includes(reason)).length >= 3, because.map(({ reason }) => reason).join('\n'))
  const told = await vireo.explain('ada', because[0]!.videoId)
  assert.match(told.verdict, /already_seen/)
  const { served } = told
  assert.deepEqual([served!.source, served!.position], ['more_like_this', next.results.indexOf(because[0]!)])
  assert.ok(served!.scores.similarity! > 0)

  const coming = await soonest(vireo, 'ada')
  assert.match(coming.verdict, /^On the next page, at position 1/)
  assert.ok(coming.stages.some(({ name, outcome }) => name === 'more_like_this' && outcome === 'found'))
})

test('followed creators come at once', async (t) => {
  const vireo = await withCrowd(t)
  await vireo.put(...videoIds(3, 'star').map((videoId) => ({ videoId, creatorId: 'star' })))
  await vireo.did('ada', Type.Follow, '', { creatorId: 'star' })
  const { stages } = await vireo.explain('ada', 'star1')
  assert.deepEqual(stages.find(({ name }) => name === 'followed_creators')?.outcome, 'found')
})

test('what somebody saw is exact for 10,000 videos and holds beyond: nothing comes twice, restarts and crashes included', async (t) => {
  const vireo = await vireoForTests(t)
  const [all, fresh] = [videoIds(15_000), videoIds(120, 'fresh')]
  for (let at = 0; at < all.length; at += 1_000) await vireo.put(...all.slice(at, at + 1_000))
  vireo.clock.pass({ hours: 2 })
  await vireo.put(...fresh)
  for (let page = 0; page < 30; page++) {
    const timeMs = vireo.clock.ms - (30 - page) * 60_000
    const items = all.slice(page * 500, (page + 1) * 500).map((videoId, position) => ({ videoId, position }))
    const value = SlateRecord.encode(
      SlateRecord.fromPartial({ slateId: `s${page}`, person: 'ada', timeMs, requestId: '1', items }),
    ).finish()
    await vireo.vireo.imports.write([{ topic: 'served', key: 'ada', timeMs, value }], new AbortController().signal)
  }
  const rest = async (after: VireoForTests) => {
    const shown: string[] = []
    for (let page = 0; page < 4; page++) shown.push(...(await after.feed('ada', 50, { requestId: 9n, pageNumber: page })))
    return shown
  }
  for (const after of [await vireo.afterCrash(), await vireo.afterCrash({ onlyLog: true }), vireo]) {
    const shown = await rest(after)
    assert.equal(new Set(shown).size, shown.length)
    assert.deepEqual(
      shown.filter((id) => !id.startsWith('fresh')),
      [],
    )
    assert.ok(shown.length >= 115, `${shown.length} of 120 fresh ones`)
  }
  const after = await vireo.restarted()
  after.clock.pass({ minutes: 11 })
  assert.deepEqual(await rest(after), [])
})
