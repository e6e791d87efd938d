import { EventRecord, SlateItem, SlateRecord } from '../../server/src/generated/vireo/record/v1/records.ts'
import { UserVideoEvent_EventType as Type } from '../../server/src/generated/vireo/v1/events.ts'
import { seededRandom } from '../../server/src/random.ts'
import { videoId } from '../load/synthetic.ts'

const categories = 60
const videosPerCreator = 12
const videosPerAudio = 5
const itemsPerPage = 10
const shareOfReactions = 0.02
const reactions = [Type.Like, Type.Like, Type.Like, Type.Share, Type.Comment, Type.Follow, Type.Unlike, Type.NotInterested]

/** What is known of the nth video: always the same. */
function factsOf(n: number) {
  const own = seededRandom(n, 3, 5, 7)
  const first = Math.floor(categories ** own())
  return {
    videoId: videoId(n),
    creatorId: `creator-${Math.floor(n / videosPerCreator)}`,
    audioId: `audio-${Math.floor(n / videosPerAudio)}`,
    categories: own() < 0.5 ? [`category-${first}`] : [`category-${first}`, `category-${Math.floor(own() * categories)}`],
    lengthMs: 3_000 + Math.floor(own() ** 3 * 180_000),
  }
}

export interface TileLoad {
  /** How many records a page makes on average counts for, an item of a page for one. */
  readonly records: number
  readonly videos: number
  readonly people: number
  readonly startMs: number
  readonly spanMs: number
}

/**
 * Pages of ten and what followed: every video is watched once, 2 % get a reaction. Videos after Zipf, people evenly,
 * evenly over the time.
 */
export function* tileLoad({ people, records, spanMs, startMs, videos }: TileLoad): Generator<SlateRecord | EventRecord> {
  const random = seededRandom(1, 2, 3, 4)
  const blankEvent = EventRecord.create()
  const [blankItem, blankSlate] = [SlateItem.create(), SlateRecord.create()]
  const perPage = itemsPerPage * (2 + shareOfReactions)
  const pages = Math.ceil(records / perPage)
  for (let page = 0; page < pages; page++) {
    const timeMs = startMs + Math.floor((page / pages) * spanMs)
    const person = `person-${Math.floor(random() * people)}`
    const facts = Array.from({ length: itemsPerPage }, () => factsOf(Math.floor(videos ** random()) - 1))
    const surface = 'main'
    yield { ...blankSlate, slateId: `slate-${page}`, person, timeMs, surface, items: facts.map((own) => ({ ...blankItem, ...own })) }
    for (const [at, own] of facts.entries()) {
      const event = { ...blankEvent, ...own, person, surface, timeMs: timeMs + at * 10_000 }
      const watchMs = Math.floor(random() ** 2 * 1.5 * own.lengthMs)
      yield { ...event, type: Type.Watch, eventId: `watch-${page}-${at}`, watchMs }
      if (random() >= shareOfReactions) continue
      yield { ...event, type: reactions[Math.floor(random() * reactions.length)]!, eventId: `reaction-${page}-${at}` }
    }
  }
}

/** How many rows of streams a record is. */
export const rowsIn = (record: SlateRecord | EventRecord): number => ('items' in record ? record.items.length : 1)
