import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { nextAreReady } from '../bench/player/starts.ts'
import { openDoors } from './browser-for-tests.ts'
import {
  categories,
  categoryOf,
  current,
  eventsOf,
  eventually,
  lengthMs,
  openPlayer,
  playing,
  shown,
  swipe,
  vireoWithCrowd,
} from './player-for-tests.ts'
import { Type, vireoForTests } from './vireo-for-tests.ts'

const shareOf = (ids: readonly string[], wanted: readonly string[]) =>
  ids.filter((id) => wanted.includes(categoryOf(id))).length / ids.length

test('what somebody new finishes comes more on the following pages', { timeout: 60_000 }, async (t) => {
  const vireo = await vireoWithCrowd(t)
  const { page, pages, problems } = await openPlayer(t, vireo)
  const wanted = categories.slice(0, 2)
  const finished: string[] = []
  for (let n = 0; n < 20; n++) {
    const video = await playing(page)
    if (wanted.some((category) => category === categoryOf(video))) {
      await playing(page, (2 * lengthMs) / 1_000)
      finished.push(video)
    }
    await swipe(page)
  }
  await eventually(async () => pages.length >= 3)
  assert.ok(shareOf(pages[2]!, wanted) > shareOf(pages[0]!, wanted), JSON.stringify(pages.map((ids) => ids.map(categoryOf))))
  await eventually(async () => {
    const watches = (await vireo.events()).filter(
      ({ person, type, watchMs }) => person === 'ada' && type === Type.Watch && watchMs! >= lengthMs,
    )
    return finished.every((id) => watches.some(({ videoId }) => videoId === id))
  })
  assert.deepEqual(problems, [])
})

test('what is refused can be taken back for a while; then the category is gone from what comes', async (t) => {
  const vireo = await vireoWithCrowd(t)
  const { page, pages, problems } = await openPlayer(t, vireo)
  const video = await playing(page)
  const refuse = async () => {
    await current(page).getByRole('button', { name: /^More/ }).click()
    await page.getByRole('button', { name: `Nothing more of category ${categoryOf(video)}` }).click()
    await page.getByRole('status').getByText('You will see nothing more of').waitFor()
  }
  await refuse()
  assert.notEqual(await playing(page), video)
  await page.getByRole('button', { name: 'Undo' }).click()
  await current(page)
    .getByRole('heading', { name: `Video ${video.slice(1)}` })
    .waitFor()
  await refuse()
  const seen: string[] = []
  for (let n = 0; n < 12; n++) {
    seen.push(await playing(page))
    await swipe(page)
  }
  await eventually(async () => pages.length >= 2)
  // The one after it was on the screen before the refusal was final.
  assert.deepEqual([shareOf(seen.slice(1), [categoryOf(video)]), shareOf(pages[1]!, [categoryOf(video)])], [0, 0])
  const refusals = (await vireo.events()).filter(({ type }) => type === Type.NotInterested)
  assert.deepEqual(
    refusals.map(({ category }) => category),
    [categoryOf(video)],
  )
  assert.deepEqual(problems, [])
})

test('five swipes without a network are counted when it is back', async (t) => {
  const vireo = await vireoWithCrowd(t)
  const { page } = await openPlayer(t, vireo)
  await playing(page)
  await nextAreReady(page)
  await page.context().setOffline(true)
  await page.getByText('You are offline').first().waitFor()
  const seen: string[] = []
  for (let n = 0; n < 5; n++) {
    // This one and the next two are loaded; of others there is a picture at most.
    seen.push(n < 3 ? await playing(page) : await shown(page))
    await current(page).getByRole('button', { name: 'Like' }).click()
    await swipe(page)
  }
  assert.deepEqual(await eventsOf(vireo, 'ada', Type.Like), [])
  await page.context().setOffline(false)
  const watched = async () => (await eventsOf(vireo, 'ada', Type.Watch)).filter((id) => seen.slice(0, 3).includes(id))
  await eventually(async () => (await eventsOf(vireo, 'ada', Type.Like)).length === 5 && (await watched()).length >= 3)
  assert.deepEqual([await eventsOf(vireo, 'ada', Type.Like), await watched()], [seen, seen.slice(0, 3)])
  await playing(page)
})

test('a server that starts again is not noticed', async (t) => {
  let vireo = await vireoWithCrowd(t)
  const { doors, page, problems, pages } = await openPlayer(t, vireo)
  const seen = [await playing(page)]
  await nextAreReady(page)
  await current(page).getByRole('button', { name: 'Like' }).click()
  await doors.close()
  await swipe(page)
  seen.push(await playing(page))
  vireo = await vireo.restarted()
  await openDoors(t, vireo, doors.httpPort)
  for (let n = 0; n < 10; n++) {
    await swipe(page)
    seen.push(await playing(page))
  }
  await eventually(async () => (await eventsOf(vireo, 'ada', Type.Watch)).length === 11)
  assert.deepEqual(await eventsOf(vireo, 'ada', Type.Watch), seen.slice(0, 11))
  assert.deepEqual(await eventsOf(vireo, 'ada', Type.Like), seen.slice(0, 1))
  assert.equal(new Set(pages.flat()).size, pages.flat().length)
  assert.equal(await page.getByRole('alert').count(), 0)
  // While it was away, what was sent failed, and was sent again.
  assert.deepEqual(
    [...new Set(problems)].filter((problem) => !/ERR_(CONNECTION|EMPTY)/.test(problem)),
    [],
  )
})

test('every dialog and state can be used without sight and without a mouse', async (t) => {
  const vireo = await vireoWithCrowd(t, 20)
  const { page, problems } = await openPlayer(t, vireo)
  const check = async (state: string) => {
    const { violations } = await new AxeBuilder({ page }).analyze()
    assert.deepEqual(
      violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
      [],
      state,
    )
  }
  await playing(page)
  await check('a video')
  for (const [key, title] of [
    ['?', 'Keys'],
    ['w', 'Why this video?'],
    ['r', 'Report this video'],
    ['p', 'Who watches?'],
  ] as const) {
    await page.keyboard.press(key)
    await page.getByRole('dialog', { name: title }).waitFor()
    await check(title)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }
  await page.keyboard.press('f')
  await page.getByRole('button', { name: 'Follow c', pressed: true }).waitFor()
  await page.keyboard.press('l')
  await page.getByRole('button', { name: 'Like', pressed: true }).waitFor()
  await page.keyboard.press('r')
  await page.getByRole('radio', { name: 'Violence' }).check()
  await page.getByRole('dialog').getByRole('button', { name: 'Report' }).click()
  await page.getByText('the video is reported').waitFor()
  await eventually(async () => (await eventsOf(vireo, 'ada', Type.Report)).length === 1)
  await check('a notice')
  assert.deepEqual(problems, [])
})

test('the why sheet says what led to a video in plain words', async (t) => {
  const vireo = await vireoWithCrowd(t)
  const { page, problems } = await openPlayer(t, vireo)
  await playing(page)
  await page.keyboard.press('w')
  const sheet = page.getByRole('dialog', { name: 'Why this video?' })
  await sheet.getByText('It was found among').waitFor()
  assert.match((await sheet.textContent())!, /It was ranked against all other candidates, and came to place 1 of its page\./)
  assert.deepEqual(problems, [])
})

test('an empty catalogue says what to do, and a video that comes is found', async (t) => {
  const vireo = await vireoForTests(t)
  const { page, problems } = await openPlayer(t, vireo)
  await page.getByRole('heading', { name: 'There is nothing to show yet' }).waitFor()
  assert.deepEqual((await new AxeBuilder({ page }).analyze()).violations, [])
  await vireo.put('v1')
  await page.getByRole('heading', { name: 'Title of v1' }).waitFor()
  assert.deepEqual(
    problems.filter((problem) => !/v\.example|NAME_NOT_RESOLVED/.test(problem)),
    [],
  )
})
