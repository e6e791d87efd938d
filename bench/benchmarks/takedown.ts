import { setTimeout as wait } from 'node:timers/promises'
import { TakeDownRequest, type TakeDownResponse } from '../../server/src/generated/vireo/v1/admin.ts'
import type { Benchmark } from '../benchmark.ts'
import { adminClient, askForPage, call, feedClient } from '../load/clients.ts'
import { somebody } from '../load/feed-load.ts'
import { percentile } from '../percentile.ts'
import { withSample } from '../sample.ts'
import { ServerProcess } from '../server/server-process.ts'

const clients = 8
/** Of the pages that came last a video is taken down: it would be shown again. */
const latest = 400
const pauseMs = 20

export const takedown: Benchmark = {
  name: 'takedown',
  about: 'videos that are being shown are taken down one after the other, while 8 clients ask for feeds all the time',
  run: ({ quick, say }) =>
    withSample(say, async (dataDir) => {
      const server = await ServerProcess.start({ dataDir })
      const feeds = new WatchedFeeds(server.address)
      const asking = Promise.all(Array.from({ length: clients }, () => feeds.ask()))
      await wait(quick ? 500 : 2_000)
      say('taking down')
      const admin = adminClient(server.address)
      const ms: number[] = []
      for (let n = 0; n < (quick ? 20 : 200); n++) {
        const videoId = feeds.somethingShown()
        const before = performance.now()
        await call<TakeDownRequest, TakeDownResponse>(admin, admin.takeDown, TakeDownRequest.create({ videoId, reason: 'benchmark' }))
        ms.push(performance.now() - before)
        feeds.takenDown(videoId)
        await wait(pauseMs)
      }
      feeds.stop()
      await asking
      admin.close()
      await server.stop()
      const note = `${feeds.pagesChecked} pages were asked for after an acknowledgement`
      return [
        { name: 'acknowledged, p99', value: percentile(ms, 0.99), unit: 'ms', limit: { most: 50 }, note: `of ${ms.length}` },
        { name: 'acknowledged, p50', value: percentile(ms, 0.5), unit: 'ms' },
        { name: 'shown after the acknowledgement', value: feeds.shownAfter, unit: 'results', limit: { most: 0 }, note },
      ]
    }),
}

/** Clients that ask for pages until they are stopped, and hold every page against what was taken down before they asked. */
class WatchedFeeds {
  shownAfter = 0
  pagesChecked = 0
  readonly #address: string
  readonly #gone = new Map<string, number>()
  #latest: string[] = []
  #stopped = false

  constructor(address: string) {
    this.#address = address
  }

  async ask(): Promise<void> {
    const client = feedClient(this.#address)
    while (!this.#stopped) {
      const asked = performance.now()
      const { results } = await askForPage(client, somebody())
      if (this.#gone.size > 0) this.pagesChecked++
      for (const { videoId } of results) if (asked > (this.#gone.get(videoId) ?? Number.POSITIVE_INFINITY)) this.shownAfter++
      this.#latest = [...this.#latest, ...results.map(({ videoId }) => videoId)].slice(-latest)
    }
    client.close()
  }

  /** What was on the latest pages most often, and still may be shown. */
  somethingShown(): string {
    const times = new Map<string, number>()
    for (const id of this.#latest) if (!this.#gone.has(id)) times.set(id, (times.get(id) ?? 0) + 1)
    return [...times].reduce((most, each) => (each[1] > most[1] ? each : most))[0]
  }

  takenDown(videoId: string): void {
    this.#gone.set(videoId, performance.now())
  }

  stop(): void {
    this.#stopped = true
  }
}
