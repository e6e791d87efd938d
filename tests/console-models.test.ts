import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { artifactWith } from '../server/src/models/artifact-for-tests.ts'
import { QualityResults } from '../server/src/quality/results.ts'
import { openBrowser, openDoors, openPage } from './browser-for-tests.ts'
import { Type, type VireoForTests, videoIds, vireoForTests } from './vireo-for-tests.ts'

const patienceMs = 20_000
const browser = openBrowser({ after })
const partition = 'date=2026-01-15/hour=12'

/** A registry with two versions of the tiny model, and one of which a file was changed since. */
function registryWithBroken(t: TestContext): string {
  const registry = mkdtempSync(join(tmpdir(), 'vireo-registry-'))
  t.after(() => rmSync(registry, { recursive: true }))
  for (const [at, version] of ['broken', '1', '2'].entries())
    artifactWith(join(registry, 'tiny', version), (manifest) => Object.assign(manifest, { version, createdMs: at }))
  writeFileSync(join(registry, 'tiny/broken/ranker.int8.onnx'), 'no graph')
  return registry
}

const withModels = (t: TestContext) =>
  vireoForTests(t, {
    config: {
      models: { enabled: true, registry: registryWithBroken(t), name: 'tiny', deadlineMs: patienceMs, hungMs: patienceMs },
      feed: { sourceDeadlineMs: patienceMs },
    } as never,
  })

/** Some people get a page each, and watch every second video of it to the end and leave the others. */
async function watchPages(vireo: VireoForTests, people: readonly string[]): Promise<void> {
  await vireo.put(...videoIds(60).map((videoId) => ({ videoId, lengthMs: 20_000 })))
  for (const person of people) {
    const { results } = await vireo.page(person)
    assert.equal(results.length, 10)
    for (const [at, { tracking, videoId }] of results.entries())
      await vireo.did(person, Type.Watch, videoId, { tracking, watchMs: at % 2 === 0 ? 20_000 : 1_000 })
  }
}

async function assertAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    const axe = new AxeBuilder({ page })
    // What is not of colours is the same in the dark.
    const { violations } = await (colorScheme === 'dark' ? axe.withRules('color-contrast') : axe).analyze()
    assert.deepEqual(
      violations.map(({ id, nodes }) => [colorScheme, id, nodes.map(({ html }) => html)]),
      [],
    )
  }
}

/** What the row of a table says that begins with a name, a text a column. */
async function cellsOf(page: Page, table: string | RegExp, name: string): Promise<string[]> {
  const row = page
    .getByRole('region', { name: table })
    .getByRole('row')
    .filter({ has: page.getByRole('cell', { name, exact: true }) })
  await row.first().waitFor()
  return row.first().getByRole('cell').allInnerTexts()
}

test('the page of models shows what came of predictions, changes the one that serves, and says why another can not', async (t) => {
  const vireo = await withModels(t)
  await watchPages(vireo, ['ann', 'bob', 'cat', 'dan'])
  vireo.clock.pass({ minutes: 11 })
  const { url } = await openDoors(t, vireo)
  const { page, problems } = await openPage(await browser)
  page.setDefaultTimeout(patienceMs)
  await page.goto(`${url}/console/models?version=1`)
  await page.getByRole('heading', { name: '1: figures of its training' }).waitFor()
  await page.getByRole('img', { name: /^long_view: what came/ }).waitFor()
  const [, , judged, , came] = await cellsOf(page, 'What was predicted, and what came of it', 'long_view')
  assert.deepEqual([judged, came], ['40', '50%'])
  await assertAccessible(page)

  const change = async (button: RegExp | string, confirm: string, says: string) => {
    await page.getByRole('button', { name: button }).click()
    await page.getByRole('dialog').getByRole('button', { name: confirm }).click()
    await page.getByText(says).waitFor()
  }
  await change('Use 1', 'Serve it', '1 serves now.')
  await change('Use 2', 'Serve it', '2 serves now.')
  await change('Roll back', 'Roll back', '1 serves now.')
  assert.equal((await cellsOf(page, /^Versions/, '1'))[1], 'serves, chosen')
  assert.deepEqual(problems, [])
  await change('Use broken', 'Serve it', 'ranker.int8.onnx is not what manifest.json vouches for')
  await page.getByText('Nothing has changed.').waitFor()
  const { models } = await vireo.vireo.services.models.list()
  assert.deepEqual(
    models.flatMap(({ serves, version }) => (serves ? [version] : [])),
    ['1'],
  )
})

test('where models are switched off, the page says that none serves', async (t) => {
  const vireo = await vireoForTests(t, { config: { models: { enabled: false, registry: registryWithBroken(t), name: 'tiny' } } as never })
  const { url } = await openDoors(t, vireo)
  const { page, problems } = await openPage(await browser)
  page.setDefaultTimeout(patienceMs)
  await page.goto(`${url}/console/models`)
  await page.getByText('None serves: the feed ranks without a model.').waitFor()
  assert.equal((await cellsOf(page, /^Versions/, '2'))[1], 'ready')
  await assertAccessible(page)
  assert.deepEqual(problems, [])
})

test('the page of data shows rows by hour, what the checks found, and why events were refused', async (t) => {
  const vireo = await vireoForTests(t, { config: { lake: { enabled: true, commitSeconds: 1 } } as never })
  await watchPages(vireo, ['ann', 'bob'])
  const tooOld = vireo.event('ann', Type.Watch, 'v1', { evtTime: { seconds: 1n, nanos: 0 }, watchMs: 1 })
  const { refused } = await vireo.send(tooOld, tooOld, vireo.event('ann', Type.Watch))
  assert.equal(refused.length, 3)
  await vireo.vireo.lake!.drain(AbortSignal.timeout(patienceMs))
  const found = { type: 'expected', kind: 'range', severity: 'critical', about: 'watch_ms', found: '3 of 20 rows' } as const
  const checked = { partition, version: 1_000, checkedMs: vireo.clock.now(), suite: '' }
  await new QualityResults(join(vireo.folder, 'quality')).keep('2026-01-15', [
    { ...checked, table: 'events', rows: 20, status: 'failed', findings: [found] },
    { ...checked, table: 'served', rows: 20, status: 'passed', findings: [] },
  ])
  const { url } = await openDoors(t, vireo)
  const { page, problems } = await openPage(await browser)
  page.setDefaultTimeout(patienceMs)
  await page.goto(`${url}/console/data?date=2026-01-15`)
  assert.deepEqual((await cellsOf(page, /^What was found/, 'watch_ms')).slice(0, 6), [
    'critical',
    'events',
    '2026-01-15 12:00',
    'range',
    'watch_ms',
    '3 of 20 rows',
  ])
  assert.deepEqual((await cellsOf(page, 'Partitions of 2026-01-15', 'events')).slice(0, 4), ['12:00', 'events', 'failed', '20'])
  assert.deepEqual((await cellsOf(page, 'Partitions of 2026-01-15', 'features')).slice(2, 4), ['unchecked', '2'])
  assert.deepEqual(await cellsOf(page, 'By reason', 'EVENT_TOO_OLD'), ['EVENT_TOO_OLD', '2'])
  assert.deepEqual((await cellsOf(page, /^The last/, 'EVENT_TOO_OLD')).slice(1), ['EVENT_TOO_OLD', 'evt_time'])
  await assertAccessible(page)
  assert.deepEqual(problems, [])
})

test('the page of features finds one by its words, and shows what of it is served now', async (t) => {
  const vireo = await withModels(t)
  await watchPages(vireo, ['ann'])
  const { url } = await openDoors(t, vireo)
  const { page, problems } = await openPage(await browser)
  page.setDefaultTimeout(patienceMs)
  await page.goto(`${url}/console/features`)
  await page.getByLabel('Search').fill('its length')
  await page.getByRole('link', { name: 'video_length_ms' }).click()
  await page.getByRole('heading', { name: 'video_length_ms' }).waitFor()
  assert.equal(new URL(page.url()).search, '?feature=video_length_ms&q=its+length')
  await page.getByRole('button', { name: 'Table' }).click()
  // One page in sixteen is looked at, the first among them, with one of its videos: all are 20 s long.
  assert.deepEqual((await cellsOf(page, 'Distribution of video_length_ms', '16.4K–')).slice(0, 2), ['16.4K–', '100%'])
  await page.getByText('is not known. There is no lake.').waitFor()
  await assertAccessible(page)
  assert.deepEqual(problems, [])
})
