import { StateKeeper } from '../../server/src/adapters/embedded/state-keeper.ts'
import { systemClock } from '../../server/src/clock.ts'
import { CoWatch } from '../../server/src/co-watch/co-watch.ts'
import { VideoCounters } from '../../server/src/counters/video-counters.ts'
import { BucketFlow } from '../../server/src/exploration/bucket-flow.ts'
import { EventRecord, SlateRecord } from '../../server/src/generated/vireo/record/v1/records.ts'
import { UserVideoEvent_EventType as Type } from '../../server/src/generated/vireo/v1/events.ts'
import type { Topic } from '../../server/src/ports/event-log.ts'
import { LiveState } from '../../server/src/state/live-state.ts'
import { statesOf } from '../../server/src/state/person-effects.ts'
import type { Message } from '../../server/src/state/read-record.ts'
import { whole } from '../load/random.ts'
import { videoId } from '../load/synthetic.ts'
import { openPeople, personId, videos } from './people-store.ts'

// Writes people of ordinary length: 50 pages of 10 over five weeks, and 256 of the 500 videos watched.
// Arguments: the folder, and the number of people.
const [folder, count] = [process.argv[2]!, Number(process.argv[3])]
const pages = 50
const pageLength = 10
const interactions = 256
const overS = 35 * 86_400
/** The horizon of events and an hour, as the server remembers their ids. */
const rememberS = 73 * 3_600
const peopleASave = 1_000

const { catalog, database, people } = await openPeople(folder)
const clock = systemClock
const counters = new VideoCounters(clock, catalog.ids)
const flow = new BucketFlow(catalog, counters, clock)
/** Takes most of the time of a state, and nothing of a person. */
class NoCoWatch extends CoWatch {
  override learn(): void {}
}
const tiles = { event: () => undefined, slate: () => undefined }
const personal = statesOf(people, { videos: catalog.ids, rememberS })
const state = new LiveState({ catalog, counters, flow, tiles, coWatch: new NoCoWatch(catalog, counters), people: personal })
const keeper = new StateKeeper({
  database,
  tables: people.tables,
  positions: () => state.positions(),
  onError: (error) => {
    throw error
  },
})
const endS = Math.floor(Date.now() / 1_000)
const offsets: Record<Topic, number> = { events: 0, served: 0, catalog: 0, control: 0, features: 0 }

for (let n = 0; n < count; n++) {
  let watched = 0
  for (let page = 0; page < pages; page++) {
    const timeMs = (endS - overS + Math.floor((page * overS) / pages) + whole(3_600)) * 1_000
    const shown = Array.from({ length: pageLength }, () => videoId(whole(videos)))
    const slateId = (BigInt(n) * 2n ** 20n + BigInt(page)).toString(16).padStart(16, '0')
    const requestId = String(timeMs * 1_000)
    apply(
      'served',
      SlateRecord.fromPartial({ person: personId(n), timeMs, requestId, slateId, items: shown.map((id) => ({ videoId: id })) }),
    )
    for (const [position, id] of shown.entries()) {
      // Spread evenly over what was shown.
      if (watched * pages * pageLength >= interactions * (page * pageLength + position + 1)) continue
      watched++
      const eventMs = timeMs + position * 20_000
      const watch = {
        type: Type.Watch,
        person: personId(n),
        eventId: `${slateId}.${position}`,
        videoId: id,
        timeMs: eventMs,
        acceptedMs: eventMs,
      }
      apply('events', EventRecord.fromPartial({ ...watch, watchMs: whole(40_000), lengthMs: 15_000 }))
    }
  }
  if (n % peopleASave === peopleASave - 1) await keeper.save()
}
await keeper.close()
await database.close()
process.send!({})

function apply(topic: Topic, message: Message): void {
  const place = { topic, partition: 0, offset: offsets[topic]++ }
  state.apply({ ...place, key: '', timeMs: 0, value: new Uint8Array() }, message)
}
