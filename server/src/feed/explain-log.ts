import { hourMs } from '../clock.ts'
import { type FeatureRecord, SlateRecord } from '../generated/vireo/record/v1/records.ts'
import { decodeFeatures } from '../lake/feature-decoder.ts'
import type { PageRef } from '../people/person-state.ts'
import type { EventLog, Extent, Place, StoredRecord } from '../ports/event-log.ts'

/** A response that somebody asks about. */
export interface WantedSlate {
  readonly person: string
  /** Undefined where it is named by request and page. */
  readonly slateId: string | undefined
  /** A 64-bit integer in decimal. */
  readonly requestId: string
  readonly pageNumber: number
  /** When it was made, give or take an hour, in ms since 1970; undefined where that is not known. */
  readonly aboutMs: number | undefined
}

export const aboutMs = hourMs

/** The vector of a video as a page was made with it, in the feature set of this name and version. */
export interface LoggedVector extends Pick<FeatureRecord, 'featureSet' | 'personValues' | 'recentVideos'> {
  readonly itemValues: readonly number[]
}

/** Records of pages lie in the order of time but for how long pages take. */
const disorderMs = 10_000

/** Among a person's latest pages. */
export async function slateOfPages(wanted: WantedSlate, pages: readonly PageRef[], log: EventLog): Promise<SlateRecord | undefined> {
  for (const { place, requestId, pageNumber } of pages.toReversed()) {
    if (wanted.slateId === undefined && (requestId !== wanted.requestId || pageNumber !== wanted.pageNumber)) continue
    const record = await log.get(place)
    const slate = record && SlateRecord.decode(record.value)
    if (slate !== undefined && isWanted(slate, wanted)) return slate
  }
  return undefined
}

/** The last in the log from some places on; where a partition has no place, from its beginning. */
export async function slateOfLog(wanted: WantedSlate, from: readonly Place[], log: EventLog, signal: AbortSignal) {
  let found: SlateRecord | undefined
  for (const extent of await extentsOf(log, 'served')) {
    const begin = from.find(({ topic, partition }) => topic === 'served' && partition === extent.partition)?.offset ?? 0
    for await (const record of recordsOf(log, extent, begin, signal)) {
      if (record.key !== wanted.person) continue
      const slate = SlateRecord.decode(record.value)
      if (isWanted(slate, wanted) && slate.timeMs >= (found?.timeMs ?? 0)) found = slate
    }
  }
  return found
}

/** The vector of a slate's video, where the log has it still. */
export async function vectorOfLog({ person, slateId, timeMs }: SlateRecord, videoId: string, log: EventLog, signal: AbortSignal) {
  for (const extent of await extentsOf(log, 'features')) {
    const begin = await firstSince(log, extent, timeMs - disorderMs)
    for await (const record of recordsOf(log, extent, begin, signal)) {
      if (record.timeMs > timeMs + disorderMs) break
      if (record.key !== person) continue
      const features = decodeFeatures(record.value)
      const item = features.items.find((each) => each.videoId === videoId)
      if (features.slateId === slateId && item !== undefined) return { ...features, itemValues: item.values }
    }
  }
  return undefined
}

export function isWanted(slate: SlateRecord, { aboutMs: time, pageNumber, person, requestId, slateId }: WantedSlate): boolean {
  if (slate.person !== person || (time !== undefined && Math.abs(slate.timeMs - time) > aboutMs)) return false
  return slateId === undefined ? slate.requestId === requestId && slate.pageNumber === pageNumber : slate.slateId === slateId
}

const extentsOf = async (log: EventLog, topic: Place['topic']) => (await log.extents()).filter((extent) => extent.topic === topic)

/** What the log has now of a partition, from an offset on. */
async function* recordsOf(
  log: EventLog,
  { end, first, partition, topic }: Extent,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<StoredRecord> {
  const offset = Math.max(first, from)
  if (offset >= end) return
  for await (const records of log.read({ topic, partition, offset }, signal)) {
    for (const record of records) if (record.offset < end) yield record
    if (records.at(-1)!.offset >= end - 1) return
  }
  signal.throwIfAborted()
}

/** The first offset of a time or later, by halving. */
async function firstSince(log: EventLog, { end, first, partition, topic }: Extent, sinceMs: number): Promise<number> {
  let [from, to] = [first, end]
  while (from < to) {
    const middle = Math.floor((from + to) / 2)
    const record = await log.get({ topic, partition, offset: middle })
    if (record === undefined || record.timeMs < sinceMs) from = middle + 1
    else to = middle
  }
  return from
}
