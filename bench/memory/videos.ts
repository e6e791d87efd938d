import { Catalog } from '../../server/src/catalog/catalog.ts'
import { hourMs } from '../../server/src/clock.ts'
import { VideoCounters } from '../../server/src/counters/video-counters.ts'
import { syntheticVideo } from '../load/synthetic.ts'

// The memory of catalogue columns, ids and counters, by themselves; texts stay on disk. Argument: the number of videos.
const count = Number(process.argv[2])
const nowMs = Date.now()
/** Every 32nd video was played lately, in this many hours of the last week. */
const activeEach = 32
const activeHours = 5

const used = () => {
  globalThis.gc!()
  globalThis.gc!()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const before = used()
const catalog = new Catalog({ get: () => undefined, put: () => undefined })
const counters = new VideoCounters({ now: () => nowMs }, catalog.ids)
for (let n = 0; n < count; n++) {
  const slot = catalog.put(syntheticVideo(n, count, Math.floor(nowMs / 1_000)))
  counters.count(slot, undefined, ['untimedPlays', 'untimedLongViews'])
  if (n % activeEach > 0) continue
  for (let hour = 0; hour < activeHours; hour++) counters.count(slot, nowMs - hour * 30 * hourMs, ['served', 'plays', 'longViews'])
}
// What waits to be saved is no part of what a video costs.
for (const { changes } of counters.tables) {
  changes.begin()
  changes.end(true)
}
const bytesAVideo = (used() - before) / count
// Both are in use to the end.
if (catalog.ids.size !== count || counters.total('untimedPlays', 0) !== 1) throw new Error('The videos are not there.')
process.send!({ bytesAVideo })
