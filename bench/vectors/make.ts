import { Catalog } from '../../server/src/catalog/catalog.ts'
import { hourMs, minuteMs } from '../../server/src/clock.ts'
import { FeatureTiles } from '../../server/src/features/tiles/feature-tiles.ts'
import { encodeVectors } from '../../server/src/features/vector/feature-record.ts'
import { FeedVectors, idsOf } from '../../server/src/features/vector/feed-vectors.ts'
import { allFeedViews } from '../../server/src/features/views/feed-views.ts'
import { Video } from '../../server/src/generated/vireo/v1/catalog.ts'
import { PersonState } from '../../server/src/people/person-state.ts'
import { seededRandom } from '../../server/src/random.ts'
import { tileLoad } from '../tiles/tile-load.ts'

// How long the vectors of a request's candidates take, while counts go on changing. Arguments: records, videos, people, candidates, requests.
const [records, videos, people, candidates, requests] = process.argv.slice(2).map(Number) as [number, number, number, number, number]
export interface Made {
  /** Of each request, in ms. */
  readonly vectorsMs: readonly number[]
  /** Of the packed rows of the same videos alone, in ms. */
  readonly gatherMs: readonly number[]
  /** Of the record of the vectors of a page, in ms. */
  readonly recordMs: readonly number[]
  /** Of that record in all, a video of the page. */
  readonly recordBytes: readonly number[]
  readonly numbers: number
}

const startMs = Date.UTC(2026, 0, 15, 12)
const recordsBetween = 100
const page = 10

const catalog = new Catalog({ get: () => undefined, put: () => undefined })
const tiles = new FeatureTiles({ views: allFeedViews, ids: idsOf(catalog) })
const vectors = new FeedVectors(tiles, catalog)
const states = new Map<string, PersonState>()
tiles.expire(startMs)
const load = tileLoad({ records: records + requests * recordsBetween, videos, people, startMs, spanMs: 6 * hourMs })

let nowMs = startMs
/** Applies so many records; the last person who did something. */
function apply(most: number): string {
  let person = ''
  for (let applied = 0; applied < most; applied++) {
    const next = load.next()
    if (next.done) break
    const record = next.value
    person = record.person
    nowMs = Math.max(nowMs, record.timeMs)
    if ('items' in record) {
      for (const { videoId, creatorId, audioId, categories, lengthMs } of record.items) {
        if (catalog.ids.find(videoId) >= 0) continue
        const named = categories.map((name) => ({ name, confidence: 1, source: '' }))
        catalog.take(Video.create({ videoId, creatorId, audioId, categories: named, lengthMs }))
      }
      tiles.slate(record)
      continue
    }
    tiles.event(record)
    const state = states.get(person) ?? new PersonState()
    states.set(person, state)
    state.did(record, catalog.ids.find(record.videoId), catalog.ids)
  }
  return person
}

apply(records)
const random = seededRandom(9, 8, 7, 6)
const into = new Float32Array(candidates * FeedVectors.itemWidth)
const own = new Float32Array(FeedVectors.personWidth)
const vectorsMs: number[] = []
const gatherMs: number[] = []
const recordMs: number[] = []
const recordBytes: number[] = []
for (let request = 0; request < requests; request++) {
  const person = apply(recordsBetween)
  tiles.expire(nowMs, 2_000)
  const slots = Array.from({ length: candidates }, () => Math.floor(random() * catalog.ids.size))
  // A server does it in between, with what time there is.
  vectors.sweep(nowMs, catalog.ids.size)
  const started = performance.now()
  vectors.begin({ person, state: states.get(person) ?? new PersonState(), surface: 'main', nowMs }, own)
  vectors.candidates(slots, into)
  vectorsMs.push(performance.now() - started)
  const written = performance.now()
  const { length } = encodeVectors({
    ...{ slateId: `slate-${request}`, person, timeMs: nowMs, featureSet: 'feed@1' },
    videoIds: slots.slice(0, page).map((slot) => catalog.ids.id(slot)),
    personValues: own,
    itemValues: into,
    itemWidth: FeedVectors.itemWidth,
    recentVideos: vectors.recentVideos,
  })
  recordMs.push(performance.now() - written)
  recordBytes.push(length / page)
  const gathered = performance.now()
  vectors.gather(slots, nowMs, into)
  gatherMs.push(performance.now() - gathered)
  nowMs += minuteMs / 60
}
const measured = (all: readonly number[]) => all.slice(Math.floor(all.length / 5)).sort((a, b) => a - b)
process.send!({
  vectorsMs: measured(vectorsMs),
  gatherMs: measured(gatherMs),
  recordMs: measured(recordMs),
  recordBytes: measured(recordBytes),
  numbers: FeedVectors.itemWidth,
} satisfies Made)
