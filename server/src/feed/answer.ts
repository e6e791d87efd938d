import type { Catalog } from '../catalog/catalog.ts'
import { hourMs } from '../clock.ts'
import type { Tracking } from '../events/tracking.ts'
import type { SlateItem, SlateRecord } from '../generated/vireo/record/v1/records.ts'
import type { Level, RecsResponse, RecsResponse_Result } from '../generated/vireo/v1/feed.ts'
import type { CounterReader } from '../ports/counter-store.ts'
import { type AdSlots, freePlaces } from './selectors/ad-slots.ts'

export interface AnswerParts {
  readonly catalog: Catalog
  readonly counters: CounterReader
  readonly tracking: Tracking
  readonly limits: { readonly ads: AdSlots }
}

const compact = new Intl.NumberFormat('en', { notation: 'compact' })
const compacted = new Map<number, string>()

/** The response that shows a slate, less what may not be shown any more. */
export function answer(slate: SlateRecord, parts: AnswerParts): RecsResponse {
  const results: RecsResponse_Result[] = []
  for (const item of slate.items) {
    const slot = parts.catalog.ids.find(item.videoId)
    if (slot >= 0 && parts.catalog.columns.isCleared(slot)) results.push(resultOf(slate, item, slot, parts))
  }
  const freePlacesOfPage = freePlaces(slate.pageNumber * slate.count, slate.count, parts.limits.ads)
  return {
    requestId: BigInt(slate.requestId),
    results,
    level: slate.level as Level,
    levelReason: slate.levelReason,
    degraded: slate.degraded,
    freePlaces: freePlacesOfPage,
    arm: slate.arm,
  }
}

function resultOf(slate: SlateRecord, item: SlateItem, slot: number, { catalog, counters, tracking }: AnswerParts): RecsResponse_Result {
  const video = catalog.video(slot)
  const { lengthMs, categories } = catalog.facts(slot)
  const tracked = {
    slateId: slate.slateId,
    position: item.position!,
    servedHour: Math.floor(slate.timeMs / hourMs),
    surface: slate.surface,
  }
  return {
    videoUrl: video.contentUrl,
    videoTitle: video.title,
    videoStats: watches(counters.total('watched10s', slot)),
    videoId: item.videoId,
    creatorId: video.creatorId,
    thumbnailUrl: video.thumbnailUrl,
    // Without a slate in the log there is nothing for events to be joined with.
    tracking: slate.slateId === '' ? '' : tracking.sign(tracked, slate.person, item.videoId),
    reason: item.reason,
    source: slate.sources[item.source] ?? '',
    lengthMs,
    categories,
  }
}

/** Such as '12K watches'. */
function watches(count: number): string {
  let text = compacted.get(count)
  if (text === undefined) {
    text = `${compact.format(count)} ${count === 1 ? 'watch' : 'watches'}`
    if (compacted.size < 100_000) compacted.set(count, text)
  }
  return text
}
