import { IdTable } from '../catalog/id-table.ts'
import { EventRecord, SlateRecord } from '../generated/vireo/record/v1/records.ts'
import { UserVideoEvent_EventType as Type } from '../generated/vireo/v1/events.ts'
import type { PersonState, VideoNumbers } from '../people/person-state.ts'
import { did, wasServed } from '../state/person-effects.ts'
import type { PersonStore } from './person-store.ts'

const startS = 1_768_000_000
const rememberS = 73 * 3_600

/** Videos v0, v1 and so on. */
export function videosForTests(count: number): IdTable {
  const ids = new IdTable()
  for (let n = 0; n < count; n++) ids.intern(`v${n}`)
  return ids
}

/** Whether it was new. */
export async function applyEvent(people: PersonStore, event: EventRecord): Promise<boolean> {
  return people.change(event.person, (person, videos) => {
    const video = event.videoId === '' ? -1 : videos.find(event.videoId)
    return did(person, event, video, { videos, rememberS }) !== undefined
  })
}

/** Whether it was new. */
export async function applySlate(people: PersonStore, slate: SlateRecord, offset: number): Promise<boolean> {
  return people.change(slate.person, (person, videos) => {
    const shown = slate.items.map(({ videoId }) => videos.find(videoId))
    return wasServed(person, slate, shown, { topic: 'served', partition: 0, offset }, { videos, rememberS })
  })
}

/** Somebody watches the video vn, in the nth minute. */
export function watch(people: PersonStore, person: string, n: number): Promise<boolean> {
  return applyEvent(people, watched(person, n))
}

/** The same, done to a state as it was read before it changes the person; how often it was done then, too. */
export async function watchAhead(people: PersonStore, ids: IdTable, person: string, n: number, meanwhile?: () => unknown): Promise<number> {
  const event = watched(person, n)
  const state = await people.read(person)
  did(state, event, ids.find(event.videoId), { videos: ids, rememberS })
  await meanwhile?.()
  let times = 0
  const apply = (own: PersonState, videos: VideoNumbers) => {
    times++
    did(own, event, videos.find(event.videoId), { videos, rememberS })
  }
  await people.change(person, apply, { state, result: undefined })
  return times
}

function watched(person: string, n: number): EventRecord {
  const timeMs = (startS + n * 60) * 1_000
  const what = { person, videoId: `v${n}`, eventId: `watch ${n}`, watchMs: 9_000 }
  return EventRecord.fromPartial({ type: Type.Watch, timeMs, acceptedMs: timeMs, ...what })
}

/** Somebody is shown a page. */
export function show(people: PersonStore, person: string, page: number, shown: readonly number[]): Promise<boolean> {
  const items = shown.map((n) => ({ videoId: `v${n}` }))
  const slate = { person, slateId: `${page}`, requestId: `${page}`, timeMs: (startS + page) * 1_000, items }
  return applySlate(people, SlateRecord.fromPartial(slate), page)
}
