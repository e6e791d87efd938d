import { IdTable } from '../../server/src/catalog/id-table.ts'
import { dayMs } from '../../server/src/clock.ts'
import { FeatureTiles } from '../../server/src/features/tiles/feature-tiles.ts'
import { allFeedViews } from '../../server/src/features/views/feed-views.ts'
import { videoId } from '../load/synthetic.ts'
import { rowsIn, tileLoad } from './tile-load.ts'

// The memory of all tiles by themselves, after a week and a day. Arguments: the number of videos, of records, of people, and the MiB of people's cache.
const [videos, records, people, cacheMb] = process.argv.slice(2).map(Number) as [number, number, number, number]
const startMs = Date.UTC(2026, 0, 15)
const spanMs = 8 * dayMs
const sweepEach = 10_000
const sweepOwners = 20_000

export interface Resident {
  readonly bytesAVideo: number
  readonly records: number
}

const used = () => {
  globalThis.gc!()
  globalThis.gc!()
  const { external, heapUsed } = process.memoryUsage()
  return heapUsed + external
}

const ids = new IdTable()
for (let n = 0; n < videos; n++) ids.intern(videoId(n))
const before = used()
// People's stored rows are on a disk, which this has none of: who leaves the cache begins anew.
const personal = { owner: 'person', rows: { get: () => undefined }, cacheMb }
const tiles = new FeatureTiles({ views: allFeedViews, ids: { video_id: ids }, personal })
/** What waits to be saved is no part of what a video costs. */
const save = () => {
  for (const { changes } of tiles.tables) {
    changes.begin()
    changes.end(true)
  }
}
let [applied, nextSweep] = [0, 0]
for (const record of tileLoad({ videos, records, people, startMs, spanMs })) {
  if (applied >= nextSweep) {
    tiles.expire(record.timeMs, sweepOwners)
    save()
    nextSweep += sweepEach
  }
  if ('items' in record) tiles.slate(record)
  else tiles.event(record)
  applied += rowsIn(record)
}
tiles.expire(startMs + spanMs)
save()
process.send!({ bytesAVideo: (used() - before) / videos, records: applied } satisfies Resident)
// In use to the end.
if (ids.size !== videos || tiles.tables.length === 0) throw new Error('The tiles are not there.')
