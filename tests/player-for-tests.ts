import type { TestContext } from 'node:test'
import type { BrowserContextOptions, Locator, Page } from 'playwright-core'
import { type Doors, openBrowser, openDoors, openPage } from './browser-for-tests.ts'
import { ManualClock, Type, type VireoForTests, videoIds, vireoForTests } from './vireo-for-tests.ts'

/** Categories of the sample, of which there are clips. */
export const categories = ['1', '2', '3', '11', '19'] as const
export const categoryOf = (videoId: string): string => categories[Number(videoId.slice(1)) % categories.length]!

/** Short enough to be finished in a test. */
export const lengthMs = 400

/** Short videos of five categories, and a crowd in which everybody finishes those of one and leaves the others. */
export async function vireoWithCrowd(t: TestContext, videos = 300): Promise<VireoForTests> {
  const now = Date.now()
  const vireo = await vireoForTests(t, { clock: new ManualClock(now), config: { feed: { explorationShare: 0, serendipityShare: 0 } } })
  await vireo.put(
    ...videoIds(videos).map((videoId, n) => ({
      videoId,
      creatorId: `c${n % 60}`,
      title: `Video ${n}`,
      // Of its own: videos with one address are copies.
      contentUrl: `/clips/${categoryOf(videoId)}-1.webm#video=${videoId}`,
      lengthMs,
      categories: [{ name: categoryOf(videoId), confidence: 1, source: '' }],
    })),
  )
  const before = BigInt(Math.floor(now / 1_000) - 11 * 60)
  for (let person = 0; person < 60; person++) {
    const own = person % categories.length
    const events = Array.from({ length: 16 }, (_, n) => {
      const video = ((person * 11 + n * 7) * categories.length + own) % videos
      const evtTime = { seconds: before + BigInt(n), nanos: 0 }
      return vireo.event(`crowd${person}`, Type.Watch, `v${video}`, { watchMs: lengthMs, eventId: `${n}`, evtTime })
    })
    await vireo.send(...events)
  }
  return vireo
}

export interface PlayerForTests {
  readonly page: Page
  readonly doors: Doors
  /** What went wrong on the page. */
  readonly problems: string[]
  /** Ids of the pages that the server gave, in order. */
  readonly pages: string[][]
}

/** The player in a browser, at its first video. */
export async function openPlayer(
  t: TestContext,
  vireo: VireoForTests,
  { person = 'ada', ...options }: Options = {},
): Promise<PlayerForTests> {
  const doors = await openDoors(t, vireo)
  const { page, problems } = await openPage(await openBrowser(t), { reducedMotion: 'reduce', ...options })
  page.setDefaultTimeout(20_000)
  const pages: string[][] = []
  page.on('response', async (response) => {
    if (!response.url().endsWith('/v1/feed') || !response.ok()) return
    // There is none where the page was left meanwhile.
    const { results = [] }: { results?: { videoId: string }[] } = await response.json().catch(() => ({}))
    pages.push(results.map(({ videoId }) => videoId))
  })
  await page.goto(`${doors.url}/?person=${person}`)
  return { page, doors, pages, problems }
}

interface Options extends BrowserContextOptions {
  readonly person?: string
}

/** What is looked at of a video element. */
type Media = { readonly paused: boolean; readonly currentTime: number }

/** The video that is on the screen, once it plays, or has played up to a time. */
export async function playing(page: Page, untilS = 0): Promise<string> {
  const video = current(page).locator('video')
  await eventually(() => video.evaluate(({ paused, currentTime }: Media, least) => !paused && currentTime > least, untilS))
  return shown(page)
}

/** The video that is on the screen, whether it plays or not. */
export async function shown(page: Page): Promise<string> {
  return `v${(await current(page).locator('video').getAttribute('aria-label'))!.slice('Video '.length)}`
}

/** The video that is on the screen, with its buttons. */
export const current = (page: Page): Locator => page.locator('article:not([inert])')

/** On to the next video, by key. */
export async function swipe(page: Page): Promise<void> {
  const place = await current(page).getAttribute('aria-posinset')
  await page.keyboard.press('ArrowDown')
  await page.locator(`.slide:not([inert]):not([aria-posinset="${place}"])`).waitFor()
}

/** What a person did, as the server's log has it: types and videos, in the order of their time. */
export async function eventsOf(vireo: VireoForTests, person: string, type: Type): Promise<string[]> {
  return (await vireo.events()).filter((event) => event.person === person && event.type === type).map(({ videoId }) => videoId)
}

/** Asks again until it holds. */
export async function eventually(holds: () => Promise<boolean>, patienceMs = 20_000): Promise<void> {
  const began = performance.now()
  while (!(await holds())) {
    if (performance.now() - began > patienceMs) throw new Error('It never came to hold')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
