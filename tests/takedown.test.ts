import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Video } from '../server/src/generated/vireo/v1/catalog.ts'
import { problemOf, VideoState, videoIds, vireoForTests } from './vireo-for-tests.ts'

const { VIDEO_STATE_CLEARED, VIDEO_STATE_PENDING, VIDEO_STATE_REMOVED, VIDEO_STATE_TAKEN_DOWN, VIDEO_STATE_UNSPECIFIED } = VideoState

test('a takedown is in force for every response that starts after its acknowledgement, under load', async (t) => {
  const vireo = await vireoForTests(t)
  const all = videoIds(400)
  await vireo.put(...all)
  const down = new Set<string>()
  let [isOver, pages] = [false, 0]
  const viewer = async (name: string) => {
    for (let number = 0; !isOver; number++) {
      const downAtStart = [...down]
      // Every third is a retry of the page before.
      const requestId = BigInt(number - (number % 3 === 2 ? 1 : 0) + 1)
      const page = await vireo.feed(`${name} ${Math.floor(number / 12)}`, 20, { requestId })
      for (const id of downAtStart) assert.ok(!page.includes(id), `${id} was shown after it was taken down`)
      pages++
      await nextTurn()
    }
  }
  const viewers = Promise.all(Array.from({ length: 8 }, (_, n) => viewer(`p${n}`)))
  for (const id of all.slice(0, 60)) {
    await vireo.changeState(id, VIDEO_STATE_TAKEN_DOWN)
    down.add(id)
    await nextTurn()
  }
  isOver = true
  await viewers
  assert.ok(pages > 100, `${pages} pages`)
})

test('a restored video is shown again, a removed one is not', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put('a', 'b', 'c')
  await vireo.changeState('a', VIDEO_STATE_TAKEN_DOWN)
  await vireo.changeState('b', VIDEO_STATE_REMOVED)
  assert.deepEqual(await vireo.feed('ada'), ['c'])
  await vireo.changeState('a', VIDEO_STATE_CLEARED)
  assert.deepEqual((await vireo.feed('bob')).toSorted(), ['a', 'c'])
})

test('putting a video again does not lift a takedown, also while the takedown is on its way', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put('a', 'b', 'c')
  await vireo.changeState('a', VIDEO_STATE_TAKEN_DOWN)
  await vireo.put('a')
  await Promise.all([vireo.changeState('b', VIDEO_STATE_TAKEN_DOWN), vireo.put('b')])
  assert.deepEqual(await vireo.feed('ada'), ['c'])
  assert.deepEqual(await (await vireo.afterCrash({ onlyLog: true })).feed('bob'), ['c'])
})

test('a takedown does not undo a new version that is on its way', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put('a')
  await Promise.all([vireo.put({ videoId: 'a', title: 'new' }), vireo.changeState('a', VIDEO_STATE_TAKEN_DOWN)])
  const { video } = await vireo.vireo.services.catalog.get('a')
  assert.deepEqual([video.title, video.state], ['new', VIDEO_STATE_TAKEN_DOWN])
})

test('a video that was removed and is put again was not forgotten by those who saw it', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put('a')
  await vireo.feed('ada')
  await vireo.changeState('a', VIDEO_STATE_REMOVED)
  await vireo.put('a')
  assert.deepEqual(await vireo.feed('ada'), [])
  assert.deepEqual(await vireo.feed('bob'), ['a'])
})

test('what is pending is never shown; a state that is left out stays as it was', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put({ videoId: 'a', state: VIDEO_STATE_UNSPECIFIED }, { videoId: 'b', state: VIDEO_STATE_PENDING }, 'c')
  assert.deepEqual(await vireo.feed('ada'), ['c'])
  await vireo.put('a', { videoId: 'c', state: VIDEO_STATE_UNSPECIFIED })
  assert.deepEqual((await vireo.feed('bob')).toSorted(), ['a', 'c'])
})

test('a state that the contract does not know is refused', async (t) => {
  const vireo = await vireoForTests(t)
  for (const state of [-1, 4, 5, 258] as VideoState[]) {
    const { refused } = await vireo.vireo.services.catalog.put([Video.create({ videoId: 'a', state })], new AbortController().signal)
    assert.deepEqual(
      refused.map(({ code, field }) => [code, field]),
      [['STATE_INVALID', 'state']],
    )
  }
})

test('an unknown video can not be taken down', async (t) => {
  const vireo = await vireoForTests(t)
  assert.deepEqual(await problemOf(vireo.changeState('nobody', VIDEO_STATE_TAKEN_DOWN)), {
    code: 'UNKNOWN_VIDEO',
    field: 'video_id',
    retryable: false,
  })
})

test('a takedown is in force after a crash', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put(...videoIds(5))
  await vireo.changeState('v2', VIDEO_STATE_TAKEN_DOWN)
  const left = ['v0', 'v1', 'v3', 'v4']
  assert.deepEqual((await (await vireo.afterCrash()).feed('ada')).toSorted(), left)
  assert.deepEqual((await (await vireo.afterCrash({ onlyLog: true })).feed('bob')).toSorted(), left)
})
