import type { Browser, Page } from 'playwright-core'
import { chromiumArgs, chromiumPath } from '../../scripts/chromium.ts'
import type { Benchmark, Figure } from '../benchmark.ts'
import { percentile } from '../percentile.ts'
import { allCores, onAllCores } from '../pinning.ts'
import { firstStart, nextStarts } from '../player/starts.ts'
import { withSample } from '../sample.ts'
import { ServerProcess } from '../server/server-process.ts'

const mostFirstMs = 500
const mostNextMs = 100
const warmUp = 5
/** Of each opening, so that the page after the first is among them. */
const swipes = 10

export const player: Benchmark = {
  name: 'player',
  about: 'the player in Chromium: from the opening of the page to the first video that plays, and from a swipe to the next',
  run: async ({ quick, say }) => {
    if (chromiumPath === undefined) {
      say('skipped: there is no Chromium (Debian: `apt-get install chromium`)')
      return []
    }
    await import('../../scripts/build-web.ts')
    return withSample(say, async (dataDir) => {
      const server = await ServerProcess.start({ dataDir, cores: allCores, settings: { VIREO_MODELS_ENABLED: 'true' } })
      try {
        // A browser is many processes, and nobody holds them to a core.
        return await onAllCores(() => inBrowser((browser) => measure(browser, server.httpAddress, quick ? 3 : 100, say)))
      } finally {
        await server.stop()
      }
    })
  },
}

async function inBrowser<Result>(use: (browser: Browser) => Promise<Result>): Promise<Result> {
  // Of the development dependencies: the other benchmarks run without.
  const { chromium } = await import('playwright-core')
  const browser = await chromium.launch({ executablePath: chromiumPath!, args: [...chromiumArgs] })
  try {
    return await use(browser)
  } finally {
    await browser.close()
  }
}

async function measure(browser: Browser, server: string, loads: number, say: (what: string) => void): Promise<Figure[]> {
  let people = 0
  const open = (page: Page) => firstStart(page, `${server}/?person=player-${people++}`)
  const unknown = async () => {
    const page = await browser.newPage()
    const ms = await open(page)
    await page.context().close()
    return ms
  }
  const veryFirst = await unknown()
  for (let n = 0; n < warmUp; n++) await unknown()

  say('in profiles that have never been here')
  const fresh: number[] = []
  while (fresh.length < loads) fresh.push(await unknown())

  say('in a profile that has')
  const context = await browser.newContext()
  const known: number[] = []
  const next: number[] = []
  for (let n = -warmUp; n < loads; n++) {
    const page = await context.newPage()
    const ms = await open(page)
    if (n >= 0) known.push(ms)
    if (n >= 0 && next.length < loads) next.push(...(await nextStarts(page, swipes)))
    await page.close()
  }
  const first = { most: mostFirstMs }
  return [
    ...figures('first video, a new profile', fresh, first),
    ...figures('first video, a known profile', known, first),
    ...figures('next video', next, { most: mostNextMs }),
    { name: 'first video of a browser that was just started', value: veryFirst, unit: 'ms' },
  ]
}

function figures(name: string, ms: readonly number[], limit: { most: number }): Figure[] {
  const note = `of ${ms.length}`
  return [
    { name: `${name}, p50`, value: percentile(ms, 0.5), unit: 'ms', note },
    { name: `${name}, p99`, value: percentile(ms, 0.99), unit: 'ms', limit, note },
  ]
}
