import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { KeyStore } from '../server/src/api/access/key-store.ts'
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

test('where keys are needed, the player and the console ask for one, and say of a wrong one that it is', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put('v1')
  const keys = new KeyStore({ dataDir: vireo.folder })
  const [app, admin] = [await keys.create('app', ['feed', 'events']), await keys.create('team', ['admin'])]
  const { url } = await openDoors(t, vireo)
  const browser = await openBrowser(t)
  const asks = [
    { path: '/', wrong: 'vk_nothing', right: app.secret, shows: 'Title of v1' },
    { path: '/console/', wrong: app.secret, right: admin.secret, shows: 'From the lake' },
  ]
  for (const { path, right, shows, wrong } of asks) {
    const { page } = await openPage(browser)
    await page.goto(`${url}${path}`)
    const give = async (key: string) => {
      await page.getByLabel('Key', { exact: true }).fill(key)
      await page.getByRole('button', { name: 'Open', exact: true }).click()
    }
    await page.getByRole('heading', { name: 'A key, please' }).waitFor()
    assert.equal(await page.getByText('The key that was given').count(), 0)
    await give(wrong)
    await page.getByText('The key that was given is not known here, or has not that scope.').waitFor()
    assert.deepEqual((await new AxeBuilder({ page }).include('form').analyze()).violations, [])
    await give(right)
    await page.getByRole('heading', { name: shows }).waitFor()
    assert.equal(await page.getByRole('heading', { name: 'A key, please' }).count(), 0)
  }
})
