import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBrowser, openDoors, openPage } from './browser-for-tests.ts'
import { vireoForTests } from './vireo-for-tests.ts'

test('the console finds its own way from any of its addresses', async (t) => {
  const { url } = await openDoors(t, await vireoForTests(t))
  const { page, problems } = await openPage(await openBrowser(t))
  await page.goto(`${url}/console/pipeline`)
  await page.getByRole('heading', { level: 1, name: 'Pipeline' }).waitFor()
  await page.getByRole('link', { name: 'Exploration' }).click()
  await page.getByRole('heading', { level: 1, name: 'Exploration' }).waitFor()
  assert.equal(page.url(), `${url}/console/exploration`)
  assert.equal(await page.title(), 'Exploration · Vireo console')
  await page.goto(`${url}/console/video/v1?q=1`)
  await page.waitForFunction(`document.title === 'Video v1 · Vireo console'`)
  assert.deepEqual(
    problems.filter((problem) => !/404/.test(problem)),
    [],
  )
})

test('whoever only wants to know whether a page is there is told', async (t) => {
  const { url } = await openDoors(t, await vireoForTests(t))
  for (const path of ['/', '/console/', '/console/models', '/icon.svg']) {
    const { headers, status } = await fetch(`${url}${path}`, { method: 'HEAD' })
    assert.deepEqual([path, status, headers.get('cache-control')], [path, 200, 'no-cache'])
  }
  assert.equal((await fetch(`${url}/nowhere`, { method: 'HEAD' })).status, 404)
})
