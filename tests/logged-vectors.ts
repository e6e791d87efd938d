import { randomUUID } from 'node:crypto'
import { feedFeatureSet } from '../server/src/features/vector/feed-feature-set.ts'
import type { FeatureRecord } from '../server/src/generated/vireo/record/v1/records.ts'
import { decodeFeatures } from '../server/src/lake/feature-decoder.ts'
import type { EventLog } from '../server/src/ports/event-log.ts'
import type { RoleServer } from './roles-for-tests.ts'

const likes = feedFeatureSet.itemFeatures.findIndex(({ name }) => name === 'video_likes_all')
const ownLikes = feedFeatureSet.personFeatures.findIndex(({ name }) => name === 'person_likes_all')
if (likes < 0 || ownLikes < 0) throw new Error('the features of the feed have other names')

export interface PageWithCounts {
  readonly degraded: readonly string[]
  readonly videos: readonly string[]
  /** Of a video of the page; −1 where it is none. */
  likesOf(video: string): number
  /** Of the person. */
  readonly ownLikes: number
}

/** What pages were made with, as the log has it. */
export class LoggedVectors {
  readonly #log: EventLog
  /** By partition. */
  readonly #read = new Map<number, number>()

  constructor(log: EventLog) {
    this.#log = log
  }

  /** The next page of somebody, or of somebody new, and what its vectors say. */
  async nextPage(server: RoleServer, person: string = randomUUID(), count = 50): Promise<PageWithCounts> {
    const page = await server.page(person, count)
    const record = (await this.#since()).findLast((each) => each.person === person)
    return {
      degraded: page.degraded ?? [],
      videos: (page.results ?? []).map(({ videoId }) => videoId),
      likesOf: (video) => record?.items.find(({ videoId }) => videoId === video)?.values[likes] ?? -1,
      ownLikes: record?.personValues[ownLikes] ?? -1,
    }
  }

  /** The vectors of all pages since they were asked for the last time. */
  async #since(): Promise<FeatureRecord[]> {
    const found: FeatureRecord[] = []
    for (const { topic, partition, first, end } of await this.#log.extents()) {
      if (topic !== 'features') continue
      for (let offset = this.#read.get(partition) ?? first; offset < end; offset++) {
        found.push(decodeFeatures((await this.#log.get({ topic, partition, offset }))!.value))
      }
      this.#read.set(partition, end)
    }
    return found
  }
}
