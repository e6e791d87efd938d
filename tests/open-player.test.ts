import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBrowser, openPage } from './browser-for-tests.ts'
import { openPlayer, playing, swipe, vireoWithCrowd } from './player-for-tests.ts'
import { videoIds } from './vireo-for-tests.ts'

test('a video that is taken down in the console is on no later page of a player that is open', { timeout: 120_000 }, async (t) => {
  const vireo = await vireoWithCrowd(t, 40)
  const { page, pages, doors, problems } = await openPlayer(t, vireo)
  await playing(page)
  const victim = videoIds(40).find((id) => !pages.flat().includes(id))!
  const { page: desk, problems: deskProblems } = await openPage(await openBrowser(t))
  await desk.goto(`${doors.url}/console/video/${victim}`)
  await desk.getByRole('button', { name: 'Take down …' }).click()
  const dialog = desk.getByRole('dialog', { name: 'Take down' })
  await dialog.getByLabel('Reason').fill('reported')
  await dialog.getByRole('button', { name: 'Take down' }).click()
  await desk.getByRole('button', { name: 'Restore …' }).waitFor()
  while (new Set(pages.flat()).size < 39) {
    await swipe(page)
    await playing(page)
  }
  assert.equal(new Set(pages.flat()).has(victim), false)
  assert.deepEqual([problems, deskProblems], [[], []])
})
