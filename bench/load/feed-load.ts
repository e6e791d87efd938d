import type { RecsResponse } from '../../server/src/generated/vireo/v1/feed.ts'
import { askForPage, feedClient } from './clients.ts'
import { whole } from './random.ts'

/** People of the sample are numbered from 0. */
const samplePeople = 27_285

export const somebody = (): string => String(whole(samplePeople))

export interface FeedLoad {
  readonly address: string
  readonly clients: number
  /** Pages to ask for, by all clients together. */
  readonly pages: number
  readonly person?: () => string
  readonly onPage?: (page: RecsResponse, person: string) => void
}

export interface FeedTimes {
  /** Of each page, in ms. */
  readonly ms: readonly number[]
  readonly perSecond: number
}

/** Clients that each ask for the next page as soon as they have one. */
export async function askForFeeds({ address, clients, pages, person = somebody, onPage }: FeedLoad): Promise<FeedTimes> {
  const ms: number[] = []
  let asked = 0
  const started = performance.now()
  const client = async () => {
    const feed = feedClient(address)
    while (asked < pages) {
      asked++
      const who = person()
      const before = performance.now()
      const page = await askForPage(feed, who)
      ms.push(performance.now() - before)
      if (page.results.length === 0) throw new Error(`Person ${who} got an empty page.`)
      onPage?.(page, who)
    }
    feed.close()
  }
  await Promise.all(Array.from({ length: clients }, client))
  return { ms, perSecond: pages / ((performance.now() - started) / 1_000) }
}
