import { encoded } from '../encoded.ts'
import {
  ControlRecord,
  EventRecord,
  type ImportProgress,
  SlateItem,
  SlateRecord,
  VideoRecord,
} from '../generated/vireo/record/v1/records.ts'
import type { Video } from '../generated/vireo/v1/catalog.ts'
import { hash64 } from '../hash.ts'
import type { Entry } from '../state/ledger.ts'

export const blankEvent: EventRecord = { ...EventRecord.decode(new Uint8Array()), imported: true }
const blankSlate: SlateRecord = { ...SlateRecord.decode(new Uint8Array()), imported: true, policy: 'imported', requestId: '0' }
/** A video as a page shows it. */
export type ItemFacts = Pick<SlateItem, 'videoId' | 'creatorId' | 'categories' | 'audioId' | 'lengthMs'>

const blankItem: SlateItem = SlateItem.decode(new Uint8Array())

export function eventRecord(event: EventRecord): Entry {
  return { topic: 'events', key: event.person, timeMs: event.timeMs, value: encoded(EventRecord, event), message: event }
}

export function videoRecord(video: Video, timeMs: number): Entry {
  const message = { video, timeMs }
  return { topic: 'catalog', key: video.videoId, timeMs, value: encoded(VideoRecord, message), message }
}

/** What the source showed together; its order on the screen is not known. */
export function slateRecord(slateId: string, person: string, timeMs: number, surface: string, videos: readonly ItemFacts[]): Entry {
  const items = [...new Map(videos.map((video) => [video.videoId, video])).values()].map((video) => ({ ...blankItem, ...video }))
  const slate = { ...blankSlate, slateId, person, timeMs, surface, items, count: items.length }
  return { topic: 'served', key: person, timeMs, value: encoded(SlateRecord, slate), message: slate }
}

export function progressRecord(value: ImportProgress, timeMs: number): Entry {
  const message: ControlRecord = { timeMs, change: { $case: 'importProgress', value } }
  return { topic: 'control', key: value.importId, timeMs, value: encoded(ControlRecord, message), message }
}

/** The same in every run, whatever the shift. */
export function slateIdOf(person: string, firstMs: number, firstVideo: string): string {
  const { high, low } = hash64(`${person} ${firstMs} ${firstVideo}`)
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')
}

export const timestamp = (ms: number) => ({ seconds: BigInt(Math.floor(ms / 1000)), nanos: (ms - Math.floor(ms / 1000) * 1000) * 1e6 })
