import fc from 'fast-check'
import { Catalog } from '../../catalog/catalog.ts'
import { Video, VideoState } from '../../generated/vireo/v1/catalog.ts'
import { RecsRequest } from '../../generated/vireo/v1/feed.ts'
import { PersonState } from '../../people/person-state.ts'
import { Candidates } from '../../pipeline/candidates.ts'
import type { VectorReader } from '../../ports/vector-index.ts'
import { type Column, columns, type FeedQuery, type FeedSettings } from '../feed-pipeline.ts'
import { queryOf } from '../request.ts'

/** What a selector may look at of a video. 0 is none. */
export interface VideoForTests {
  readonly creator?: number
  readonly audio?: number
  readonly content?: number
  readonly categories?: readonly string[]
  readonly vector?: readonly number[]
}

/** Few values of each, so that much is alike. */
export const anyVideo: fc.Arbitrary<VideoForTests> = fc.record({
  creator: fc.nat(4),
  audio: fc.nat(6),
  content: fc.nat(20),
  categories: fc.subarray(['cats', 'food', 'dance'], { maxLength: 2 }),
  vector: fc.oneof(fc.constant([]), fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 3, maxLength: 3 })),
})

/** A catalogue whose slots are the indices of `videos`, all of them candidates with rows of the same number. */
export function situation(videos: readonly VideoForTests[], count: number, settings: Partial<FeedSettings> = {}) {
  const catalog = new Catalog({ get: () => undefined, put: () => undefined })
  const candidates = new Candidates<Column>(Math.max(1, videos.length), columns)
  for (const [n, { audio = 0, categories = [], content = 0, creator = 0 }] of videos.entries()) {
    const slot = catalog.put(
      Video.create({
        videoId: `v${n}`,
        state: VideoState.VIDEO_STATE_CLEARED,
        uploadTime: { seconds: BigInt(nowMs / 1_000), nanos: 0 },
        creatorId: creator === 0 ? '' : `c${creator}`,
        audioId: audio === 0 ? '' : `a${audio}`,
        contentUrl: content === 0 ? '' : `https://v.example/${content}`,
        categories: categories.map((name) => ({ name, confidence: 1, source: '' })),
      }),
    )
    candidates.add(slot, 0)
  }
  const query = queryOf(RecsRequest.fromPartial({ userid: 'ada', requestId: 1n, resultPerPage: count }), {
    requestId: '1',
    nowMs,
    state: new PersonState(),
    catalog,
    limits: { idLength: 128, defaultCount: 10, maxCount: 50, defaultAge: 13, ads: { first: 4, every: 0 } },
    settings: {
      explorationShare: 0,
      diversity: true,
      models: true,
      diversityStrength: 2,
      serendipityShare: 0,
      ...settings,
    } as FeedSettings,
    model: { index: { vectors: readerOf(videos) } } as FeedQuery['model'],
  })
  return { catalog, candidates, query, ranked: videos.map((_, row) => row) }
}

export const nowMs = Date.UTC(2026, 0, 15, 12)

function readerOf(videos: readonly VideoForTests[]): VectorReader {
  const vectorOf = (slot: number) => videos[slot]!.vector ?? []
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, each, at) => sum + each * b[at]!, 0)
  const length = (vector: readonly number[]) => Math.sqrt(dot(vector, vector))
  const has = (slot: number) => length(vectorOf(slot)) > 0
  return {
    has,
    similarity: (slot: number, other: number) =>
      has(slot) && has(other) ? dot(vectorOf(slot), vectorOf(other)) / (length(vectorOf(slot)) * length(vectorOf(other))) : 0,
  } as VectorReader
}
