import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'

/** The player measures itself: each start of a video is a `performance.measure` of this name, its detail the place in the feed. */
const measureName = 'vireo.start'
const mostMs = 30_000
/** Of `HTMLMediaElement`. */
const haveEnoughData = 4

/** Opens the player at an address and says how long it took until the first video played, in ms. */
export async function firstStart(page: Page, address: string): Promise<number> {
  await page.goto(address)
  return startAt(page, 0)
}

/** Swipes on, whenever the next two videos could begin at once, and says how long each took to play, in ms. */
export async function nextStarts(page: Page, swipes: number): Promise<number[]> {
  const ms: number[] = []
  for (let place = 1; place <= swipes; place++) {
    await nextAreReady(page)
    await page.keyboard.press('ArrowDown')
    ms.push(await startAt(page, place))
  }
  return ms
}

async function startAt(page: Page, place: number): Promise<number> {
  const start = await page.waitForFunction(startOf, { measureName, place }, { timeout: mostMs })
  return Number(await start.jsonValue())
}

/** In the page. */
function startOf({ measureName, place }: { measureName: string; place: number }): number | undefined {
  const starts = performance.getEntriesByName(measureName) as { detail?: unknown; duration: number }[]
  return starts.find(({ detail }) => detail === place)?.duration
}

/** Waits until the next two videos could begin at once. */
export async function nextAreReady(page: Page): Promise<void> {
  const coming = page.locator('article:not([inert]) ~ article video')
  const areReady = (videos: { readyState: number }[], enough: number) =>
    videos.length === 2 && videos.every(({ readyState }) => readyState === enough)
  for (const signal = AbortSignal.timeout(mostMs); !(await coming.evaluateAll(areReady, haveEnoughData)); )
    await pause(20, undefined, { signal })
}
