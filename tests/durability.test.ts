import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ControlRecord } from '../server/src/generated/vireo/record/v1/records.ts'
import { killedMidway } from './crash/killed-midway.ts'
import { idsOf, ManualClock, newFolder, Type, type VireoForTests, videoIds, vireoForTests } from './vireo-for-tests.ts'

interface Told {
  readonly person: string
  readonly requestId?: string
  readonly videos?: readonly string[]
  readonly events?: readonly string[]
}

test('killed 20 times in the middle of load, it loses nothing that was acknowledged and doubles no effect', async (t) => {
  const folder = newFolder()
  const told: Told[] = []
  let last: Told[] = []
  for (let round = 0; round < 20; round++) {
    const lines = await killedMidway('serve-until-killed.ts', [folder, String(round)], 40 + 12 * round)
    last = lines.map((line) => JSON.parse(line))
    told.push(...last)
  }
  const clock = new ManualClock()
  clock.pass({ seconds: 20 * 20 })
  const vireo = await vireoForTests(t, { clock, config: { dataDir: folder } })
  const [slates, events] = [await vireo.slates(), await vireo.events()]

  const eventsInLog = events.map(({ eventId, person }) => `${person} ${eventId}`)
  const inLog = new Set(eventsInLog)
  assert.equal(inLog.size, eventsInLog.length, 'no event is in the log twice')
  const acknowledged = told.flatMap(({ events: ids = [], person }) => ids.map((id) => `${person} ${id}`))
  assert.ok(acknowledged.length > 500, `${acknowledged.length} events`)
  assert.deepEqual(
    acknowledged.filter((id) => !inLog.has(id)),
    [],
  )

  const pagesInLog = new Map(slates.map((slate) => [`${slate.person} ${slate.requestId}`, slate.items.map(({ videoId }) => videoId)]))
  for (const { person, requestId, videos } of told) {
    if (videos !== undefined) assert.deepEqual(pagesInLog.get(`${person} ${requestId}`), videos)
  }
  for (const [person, ofPerson] of Map.groupBy(slates, ({ person }) => person)) {
    const shown = ofPerson.flatMap(({ items }) => items.map(({ videoId }) => `${person} ${videoId}`))
    assert.equal(new Set(shown).size, shown.length, 'nothing was shown twice')
  }

  const counted = (ids: Iterable<string>) => {
    const counts = new Map<string, number>()
    for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1)
    return counts
  }
  const served = counted(slates.flatMap(({ items }) => items.map(({ videoId }) => videoId)))
  const watched = counted(events.filter(({ type, watchMs }) => type === Type.Watch && watchMs! >= 10_000).map(({ videoId }) => videoId))
  const liked = counted(events.filter(({ type }) => type === Type.Like).map(({ videoId }) => videoId))
  for (const id of videoIds(3_000)) {
    const { likeCount, recCount, watchCount } = await vireo.stats(id)
    assert.deepEqual([id, recCount, watchCount, likeCount], [id, served.get(id) ?? 0, watched.get(id) ?? 0, liked.get(id) ?? 0])
  }

  for (const { person, requestId, videos } of last.filter((each) => each.videos !== undefined).slice(-20)) {
    assert.deepEqual(await vireo.feed(person, 10, { requestId: BigInt(requestId!) }), videos, 'a retry gives the same page')
  }
  assert.equal((await vireo.slates()).length, slates.length)
})

/** What 60 people watch, like, follow and are shown, over three days. */
async function used(vireo: VireoForTests): Promise<void> {
  const categories = (n: number) => [`k${n % 11}`, `k${n % 5}`].map((name) => ({ name, confidence: 1, source: '' }))
  await vireo.put(
    ...videoIds(600).map((videoId, n) => ({
      videoId,
      creatorId: `c${n % 40}`,
      lengthMs: 5_000 + 100 * n,
      categories: categories(n),
      uploadTime: { seconds: BigInt(Math.floor(vireo.clock.ms / 1_000) - 3_600 * n), nanos: 0 },
    })),
  )
  for (let turn = 0; turn < 300; turn++) {
    const person = `p${(turn * 7) % 60}`
    const page = await vireo.page(person, { requestId: BigInt(turn + 1), resultPerPage: 5 + (turn % 7) })
    const elsewhere = vireo.event(person, Type.Watch, `v${(turn * 31) % 600}`, { watchMs: 700 * (turn % 40), eventId: `elsewhere ${turn}` })
    const types = [Type.Watch, Type.Watch, Type.Impression, Type.Like, Type.Follow, Type.Watch, Type.Dislike]
    const events = page.results.map(({ tracking, videoId }, at) =>
      vireo.event(person, types[(turn + at) % types.length]!, videoId, {
        watchMs: 3_000 * ((turn + at) % 12),
        tracking,
        eventId: `${turn}.${at}`,
      }),
    )
    await vireo.send(elsewhere, ...events)
    vireo.clock.pass({ minutes: turn % 3 === 0 ? 40 : 1, seconds: turn })
    // So that saves happen in the middle.
    if (turn % 100 === 50) await sleep(1_100)
  }
}

/** Fifty people's next pages, as they are written: videos, scores, terms, propensities. */
async function pagesOf(vireo: VireoForTests): Promise<object[]> {
  const before = (await vireo.slates()).length
  for (let n = 20; n < 70; n++) await vireo.page(`p${n}`, { requestId: 777n, resultPerPage: 20 })
  return (await vireo.slates()).slice(before)
}

test('after a crash everybody gets the very same feed, scores and all', async (t) => {
  const vireo = await vireoForTests(t)
  await used(vireo)
  vireo.clock.pass({ minutes: 5 })
  const crashed = await vireo.afterCrash()
  const fromLog = await vireo.afterCrash({ onlyLog: true })
  const expected = await pagesOf(vireo)
  assert.equal(expected.length, 50)
  assert.deepEqual(await pagesOf(crashed), expected)
  assert.deepEqual(await pagesOf(fromLog), expected, 'all that is derived can be thrown away')
})

test('a video that was removed and put again is shown after a crash, one that was taken down is not', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put('back', 'gone')
  await vireo.changeState('back', 4)
  await vireo.changeState('gone', 3)
  await vireo.put('back', 'gone')
  assert.deepEqual(await vireo.feed('ada'), ['back'])
  for (const after of [await vireo.afterCrash(), await vireo.afterCrash({ onlyLog: true }), await vireo.restarted()]) {
    assert.deepEqual(await after.feed('bob'), ['back'])
  }
})

test('how far an import has come is known after a restart', async (t) => {
  const vireo = await vireoForTests(t)
  const value = { importId: 'sample', part: 'events', rowsDone: 500, shiftMs: 0, finished: false }
  const record = ControlRecord.encode({ timeMs: vireo.clock.ms, change: { $case: 'importProgress', value } }).finish()
  await vireo.vireo.imports.write(
    [{ topic: 'control', key: 'sample', timeMs: vireo.clock.ms, value: record }],
    new AbortController().signal,
  )
  await vireo.put('v')
  const after = await vireo.restarted()
  assert.deepEqual([...after.vireo.imports.progress()], [['sample', value]])
  assert.deepEqual([...(await (await after.restarted()).vireo.imports.progress())], [['sample', value]])
})

test('a data folder belongs to one process at a time', async (t) => {
  const vireo = await vireoForTests(t)
  await assert.rejects(vireoForTests(t, { config: { dataDir: vireo.folder } }), { code: 'DATA_DIR_IN_USE', retryable: true })
  assert.deepEqual(idsOf(await (await vireo.restarted()).page('ada').catch(() => ({ results: [] }) as never)), [])
})

test('of the same event sent many times at once, one is accepted, and nobody hears of it before it is durable', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put('v')
  const event = vireo.event('ada', Type.Share, 'v', { eventId: 'rush' })
  const answers = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const answer = await vireo.send(event)
      assert.equal((await vireo.events()).filter(({ eventId }) => eventId === 'rush').length, 1)
      return answer
    }),
  )
  assert.equal(answers.filter(({ accepted }) => accepted === 1).length, 1)
  assert.equal(answers.filter(({ duplicates }) => duplicates === 1).length, 19)
  const conflict = vireo.event('ada', Type.Comment, 'v', { eventId: 'other rush' })
  const [one, other] = await Promise.all([vireo.send(conflict), vireo.send({ ...conflict, evtType: Type.Share })])
  assert.deepEqual([one.accepted, other.accepted, other.refused[0]?.code], [1, 0, 'EVENT_ID_REUSED'])
})
