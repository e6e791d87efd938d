import { hourMs } from '../../server/src/clock.ts'
import { FeatureTiles } from '../../server/src/features/tiles/feature-tiles.ts'
import { allFeedViews, feedViews } from '../../server/src/features/views/feed-views.ts'
import type { KeptTable } from '../../server/src/state/changed-rows.ts'
import { videoId } from '../load/synthetic.ts'
import { percentile } from '../percentile.ts'
import { rowsIn, tileLoad } from './tile-load.ts'

// How fast records go into the tiles of all views, in rounds of as many, with folding as a server does it. Arguments: records a round, rounds, videos, people.
const [records, rounds, videos, people] = process.argv.slice(2).map(Number) as [number, number, number, number]
export interface Applied {
  /** Records a second, of each round. */
  readonly perSecond: readonly number[]
  /** The same by the time that the processor was at it, whoever else wanted it; of all threads. */
  readonly perCpuSecond: readonly number[]
  /** Processor time to take a changed row for saving, in µs. */
  readonly saveUs: number
  /** Processor time to make all windows of a video's views, in µs. */
  readonly readUs: number
}

const spanMs = hourMs
const startMs = Date.UTC(2026, 0, 15, 22)
/** As a server does ten times a second, at 100,000 records a second. */
const sweepEach = 10_000
const sweepOwners = 2_000

const stored = new Map<string, Uint8Array>()
const rows = { get: (_: string, key: string) => stored.get(key) }
const tiles = new FeatureTiles({ views: allFeedViews, personal: { owner: 'person', rows, cacheMb: 256 } })

function cpuUs(): number {
  const { system, user } = process.cpuUsage()
  return system + user
}

/** Takes everything that has changed; how many rows that were. */
function save(tables: readonly KeptTable[]): number {
  let saved = 0
  for (const { changes, name } of tables) {
    changes.begin()
    for (let taken = changes.take(64); taken.length > 0; taken = changes.take(64)) {
      for (const [, key, value] of taken) {
        saved++
        if (name === 'tiles_person' && value !== undefined) stored.set(key, value)
      }
    }
    changes.end(true)
  }
  return saved
}

const perSecond: number[] = []
const perCpuSecond: number[] = []
let savedRows = 0
let savedUs = 0
for (let round = 0; round < rounds; round++) {
  const from = startMs + round * spanMs
  const load = [...tileLoad({ records, videos, people, startMs: from, spanMs })]
  let [applied, nextSweep] = [0, 0]
  const started = performance.now()
  const startedCpuUs = cpuUs()
  for (const record of load) {
    if (applied >= nextSweep) {
      tiles.expire(record.timeMs, sweepOwners)
      nextSweep += sweepEach
    }
    if ('items' in record) tiles.slate(record)
    else tiles.event(record)
    applied += rowsIn(record)
  }
  perSecond.push((applied * 1_000) / (performance.now() - started))
  perCpuSecond.push((applied * 1_000_000) / (cpuUs() - startedCpuUs))
  const savingCpuUs = cpuUs()
  savedRows += save(tiles.tables)
  savedUs += cpuUs() - savingCpuUs
}

// What a candidate's packed row is made from: the views of its video, one after the other.
const readers = Object.values(feedViews.video).map((view) => tiles.reader<string>(view))
const into = new Float64Array(readers.reduce((width, reader) => width + reader.width, 0))
const nowMs = startMs + rounds * spanMs
const found = Array.from({ length: videos }, (_, n) => readers[0]!.find(videoId(n)))

function read(): void {
  for (const entity of found) {
    let offset = 0
    for (const reader of readers) {
      reader.windowValues(entity, nowMs, into, offset)
      offset += reader.width
    }
  }
}

/** The first times warm up. */
const readsUs = Array.from({ length: 20 }, () => {
  const readingCpuUs = cpuUs()
  read()
  return (cpuUs() - readingCpuUs) / found.length
})
process.send!({ perSecond, perCpuSecond, saveUs: savedUs / savedRows, readUs: percentile(readsUs, 0.5) } satisfies Applied)
