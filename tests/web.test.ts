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
  assert.deepEqual(problems, [])
})
