import type { Catalog } from '../../catalog/catalog.ts'
import { categoriesPerVideo } from '../../catalog/video-columns.ts'
import { type Clock, dayMs } from '../../clock.ts'
import type { Charts } from '../../counters/charts.ts'
import { eventTypes } from '../../features/streams/event-stream.ts'
import type { EventRecord, SlateRecord } from '../../generated/vireo/record/v1/records.ts'
import type { WatchResponse_CategoryCounts, WatchResponse_Uploads } from '../../generated/vireo/v1/console_now.ts'
import { UserVideoEvent_EventType as Type } from '../../generated/vireo/v1/events.ts'
import { mostWatchMs } from '../../models/watching/shown-rows.ts'
import { countedWatchMs } from '../../people/outcomes.ts'
import type { CounterReader } from '../../ports/counter-store.ts'
import type { StateObserver } from '../../state/live-state.ts'
import { CategoryHour, type Counted, type Counts } from './category-hour.ts'
import { FirstImpressions } from './first-impressions.ts'

export interface LiveCountsParts {
  readonly clock: Clock
  readonly catalog: Catalog
  readonly counters: CounterReader
  readonly charts: Pick<Charts, 'fresh'>
}

/** Not a category: everything together. */
const all = -1
/** The categories that are told, those with the most impressions. */
const mostCategories = 200

const simple: Readonly<Partial<Record<number, Counted>>> = {
  [Type.Like]: 'likes',
  [Type.Dislike]: 'dislikes',
  [Type.NotInterested]: 'dislikes',
}

/** Counts what people are shown and do, as docs/metrics.md defines it; not what is imported. */
export class LiveCounts implements StateObserver {
  readonly #parts: LiveCountsParts
  readonly #hour = new CategoryHour()
  readonly firsts = new FirstImpressions()
  /** New events since the start, by type of the contract. */
  readonly events = new Float64Array(Math.max(...Object.values(eventTypes)) + 1)

  constructor(parts: LiveCountsParts) {
    this.#parts = parts
  }

  slate({ imported, items, timeMs }: SlateRecord): void {
    if (imported) return
    const { catalog, counters } = this.#parts
    for (const { videoId } of items) {
      const slot = catalog.ids.find(videoId)
      this.#count(timeMs, slot, 'impressions')
      // It is counted already.
      if (slot >= 0 && counters.total('served', slot) === 1) this.firsts.shown(timeMs, catalog.columns.uploadedS[slot]! * 1_000)
    }
  }

  event({ imported, lengthMs, timeMs, type, videoId, watchMs = 0 }: EventRecord): void {
    if (imported) return
    if (type < this.events.length) this.events[type]!++
    const slot = videoId === '' ? -1 : this.#parts.catalog.ids.find(videoId)
    const what = simple[type]
    if (what !== undefined) this.#count(timeMs, slot, what)
    if (type !== Type.Watch) return
    this.#count(timeMs, slot, 'plays')
    this.#count(timeMs, slot, 'watchMs', Math.min(watchMs, mostWatchMs))
    if (watchMs >= Math.min(lengthMs ?? countedWatchMs, countedWatchMs)) this.#count(timeMs, slot, 'watches')
  }

  vectors(): void {}

  /** All together, and by category, those with the most impressions first. */
  lastHour(): { all: WatchResponse_CategoryCounts | undefined; categories: WatchResponse_CategoryCounts[]; total: number } {
    const { catalog, clock } = this.#parts
    const byCategory = this.#hour.read(clock.now())
    const together = byCategory.get(all)
    byCategory.delete(all)
    const rows = Array.from(byCategory, ([category, counts]) => rowOf(catalog.categories.id(category), counts))
    rows.sort((a, b) => Number(b.impressions - a.impressions) || a.category.localeCompare(b.category))
    return { all: together && rowOf('', together), categories: rows.slice(0, mostCategories), total: rows.length }
  }

  uploads(): WatchResponse_Uploads {
    const { catalog, charts, clock, counters } = this.#parts
    const { medianMs, shown } = this.firsts.read(clock.now())
    const sinceS = (clock.now() - dayMs) / 1_000
    const waiting = charts.fresh.filter((slot) => catalog.columns.uploadedS[slot]! > sinceS && counters.total('served', slot) === 0)
    return { firstImpressionS: medianMs === undefined ? undefined : medianMs / 1_000, shown, waiting: waiting.length }
  }

  #count(timeMs: number, slot: number, what: Counted, by = 1): void {
    const nowMs = this.#parts.clock.now()
    const { categories } = this.#parts.catalog.columns
    this.#hour.add(nowMs, timeMs, all, what, by)
    if (slot < 0) return
    const start = slot * categoriesPerVideo
    // One without a category counts in 0, which has no name.
    this.#hour.add(nowMs, timeMs, categories[start]!, what, by)
    for (let at = start + 1; at < start + categoriesPerVideo && categories[at]! > 0; at++)
      this.#hour.add(nowMs, timeMs, categories[at]!, what, by)
  }
}

function rowOf(category: string, counts: Counts): WatchResponse_CategoryCounts {
  const { dislikes, impressions, likes, plays, watchMs, watches } = counts
  return {
    category,
    impressions: BigInt(impressions),
    plays: BigInt(plays),
    watches: BigInt(watches),
    watchMs: BigInt(watchMs),
    likes: BigInt(likes),
    dislikes: BigInt(dislikes),
  }
}
