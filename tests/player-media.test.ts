import assert from 'node:assert/strict'
import { createReadStream } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { current, eventually, openPlayer } from './player-for-tests.ts'
import { vireoForTests } from './vireo-for-tests.ts'

const stream = join(import.meta.dirname, 'media/stream')
const types: Readonly<Record<string, string>> = { '.m3u8': 'application/vnd.apple.mpegurl', '.vtt': 'text/vtt' }

/** A site of its own with a stream of HLS, which has captions in two languages; its address. */
async function serveStream(t: TestContext): Promise<string> {
  const server = createServer(({ url }, response) => {
    response.setHeader('access-control-allow-origin', '*')
    response.setHeader('content-type', types[extname(url!)] ?? 'video/mp4')
    createReadStream(join(stream, url!)).pipe(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/main.m3u8`
}

/** What can be read over the video on the screen. */
const captionsOn = (page: Page): Promise<string[]> =>
  current(page)
    .locator('video')
    .evaluate(({ textTracks }: Captioned) =>
      [...textTracks].filter(({ mode }) => mode === 'showing').flatMap(({ activeCues }) => [...(activeCues ?? [])].map(({ text }) => text)),
    )

/** What is looked at of a video element. */
interface Captioned {
  readonly textTracks: Iterable<{ readonly mode: string; readonly activeCues: Iterable<{ readonly text: string }> | null }>
}

test('a stream of HLS plays, and its captions are switched on and off by key, in the language of who watches', async (t) => {
  const vireo = await vireoForTests(t)
  await vireo.put({ videoId: 'v0', title: 'Video 0', contentUrl: await serveStream(t) })
  const { page, problems } = await openPlayer(t, vireo, { locale: 'en-GB' })
  const played = ({ currentTime, videoHeight }: { currentTime: number; videoHeight: number }) => currentTime > 0 && videoHeight === 160
  await eventually(() => current(page).locator('video').evaluate(played))
  const button = page.getByRole('button', { name: 'Captions' })
  await button.waitFor()
  assert.deepEqual(await captionsOn(page), [])
  await page.keyboard.press('v')
  await eventually(async () => (await captionsOn(page)).join() === 'Somebody speaks')
  assert.equal(await button.getAttribute('aria-pressed'), 'true')
  await page.keyboard.press('v')
  await eventually(async () => (await captionsOn(page)).length === 0)
  assert.equal(await button.getAttribute('aria-pressed'), 'false')
  assert.deepEqual(problems, [])
})
