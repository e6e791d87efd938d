// Makes the pictures of the docs: starts a server with the sample in a folder of its own, lets people use it for a while, and
// takes the player and every page of the console. `node scripts/make-screenshots.ts`, a few minutes; needs Chromium.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core'
import { samplePerson as person, sampleFolder } from '../server/src/cli/sample.ts'
import type { Vireo } from '../server/src/compose.ts'
import { loadConfig } from '../server/src/config.ts'
import { UserVideoEvent_EventType as Type, UserVideoEvent } from '../server/src/generated/vireo/v1/events.ts'
import { RecsRequest } from '../server/src/generated/vireo/v1/feed.ts'
import { importFolder } from '../server/src/importing/import-folder.ts'
import { startServer } from '../server/src/main.ts'
import './build-web.ts'
import { chromiumArgs, chromiumPath } from './chromium.ts'

const target = fileURLToPath(new URL('../docs/screenshots', import.meta.url))
const desktop = { viewport: { width: 1280, height: 800 } }
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }
const never = new AbortController().signal

const folder = mkdtempSync(join(tmpdir(), 'vireo-screenshots-'))
const config = loadConfig(
  { VIREO_DATA_DIR: join(folder, 'data'), VIREO_HTTP_PORT: '0', VIREO_GRPC_PORT: '0', VIREO_LOG_LEVEL: 'warn' },
  folder,
)
console.error('Importing the sample …')
const server = await startServer(config, async ({ imports }) => {
  for await (const _ of importFolder(sampleFolder, { shiftToNow: true, signal: never }, imports));
})
const leaving = new AbortController()
const crowd = useIt(server.vireo, leaving.signal)
const browser = await chromium.launch({ ...(chromiumPath && { executablePath: chromiumPath }), args: [...chromiumArgs] })
try {
  const address = `http://127.0.0.1:${server.httpPort}`
  const { results } = await server.vireo.services.feed.getVideos(RecsRequest.fromPartial({ userid: 'somebody' }), never)
  const { videoId, creatorId } = results[0]!
  // So that lines have a length.
  await sleep(90_000)
  await server.vireo.lake?.drain(AbortSignal.timeout(300_000))
  await take('player', `${address}/?person=${person}`, phone, 'dark')
  const pages = {
    now: '',
    measures: 'measures',
    pipeline: 'pipeline',
    person: `person/${person}`,
    video: `video/${videoId}`,
    creator: `creator/${creatorId}`,
    exploration: 'exploration',
    models: 'models',
    data: 'data',
    features: 'features',
  }
  for (const [name, path] of Object.entries(pages)) await take(name, `${address}/console/${path}`, desktop, 'light')
  await take('now-dark', `${address}/console/`, desktop, 'dark')
} finally {
  leaving.abort()
  await crowd
  await browser.close()
  await server.close()
  rmSync(folder, { recursive: true, force: true })
}

async function take(name: string, address: string, options: BrowserContextOptions, colorScheme: 'light' | 'dark'): Promise<void> {
  console.error(`${name} …`)
  const page = await newPage(browser, { ...options, colorScheme })
  await page.goto(address)
  // What comes from the lake comes later.
  await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached', timeout: 60_000 })
  await sleep(6_000)
  await page.screenshot({ path: join(target, `${name}.png`) })
  await page.context().close()
}

async function newPage(browser: Browser, options: BrowserContextOptions) {
  return (await browser.newContext(options)).newPage()
}

/** A few people a second ask for pages, and watch what is on them for longer or shorter. */
async function useIt({ services }: Vireo, signal: AbortSignal): Promise<void> {
  for (let turn = 0; !signal.aborted; turn++) {
    const userid = `visitor${turn % 40}`
    const page = await services.feed.getVideos(RecsRequest.fromPartial({ userid }), never)
    const events = page.results.flatMap(({ tracking, videoId, lengthMs = 20_000 }, place) => {
      const about = { userid, videoId, tracking }
      const watchMs = Math.round(lengthMs * (((turn * 7 + place * 5) % 11) / 9))
      const watched = [
        { evtType: Type.Impression, ...about },
        { evtType: Type.Watch, ...about, watchMs },
      ] as const
      return (turn + place) % 9 === 0 ? [...watched, { evtType: Type.Like, ...about } as const] : watched
    })
    await services.events.accept(
      events.map((event) => UserVideoEvent.fromPartial(event)),
      never,
    )
    await sleep(250, undefined, { signal }).catch(() => undefined)
  }
}
