import type { Page } from 'playwright-core'
import { nextAreReady, playing, swipe } from './player-for-tests.ts'

/** How long videos took to play, in ms: the first since the page was asked for, others since they took over the screen. */
export interface Starts {
  readonly first: readonly number[]
  readonly next: readonly number[]
}

/** Opens the player several times and swipes on, as fast as videos are ready. The player measures itself (`performance.measure`). */
export async function measureStarts(page: Page, url: string, loads: number, swipes: number): Promise<Starts> {
  const first: number[] = []
  for (let load = 0; load < loads; load++) {
    await page.goto(`${url}/?person=load-${load}`)
    await playing(page)
    first.push((await startsOn(page))[0]!)
  }
  for (let n = 0; n < swipes; n++) {
    await nextAreReady(page)
    await swipe(page)
    await playing(page)
  }
  return { first, next: (await startsOn(page)).slice(1) }
}

/** The first start of each place. */
async function startsOn(page: Page): Promise<number[]> {
  const starts = await page.evaluate(() => {
    const entries = performance.getEntriesByName('vireo.start') as unknown as { detail: number; duration: number }[]
    return entries.map(({ detail, duration }) => [detail, duration] as const)
  })
  const byPlace = new Map<number, number>()
  for (const [place, ms] of starts) if (!byPlace.has(place)) byPlace.set(place, ms)
  return [...byPlace.values()]
}
