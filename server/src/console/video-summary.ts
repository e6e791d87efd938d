import type { Catalog } from '../catalog/catalog.ts'
import { type BucketFlow, flowRules } from '../exploration/bucket-flow.ts'
import type { VideoState } from '../generated/vireo/v1/catalog.ts'
import {
  FlowPlace,
  FlowPlace_Kind as Kind,
  VideoCounts,
  type VideoCounts as VideoCountsMessage,
  type VideoSummary,
} from '../generated/vireo/v1/console_video.ts'
import { type CounterReader, hourlyMetrics, metrics } from '../ports/counter-store.ts'
import { secondsAt } from './timestamps.ts'

export interface SummaryParts {
  readonly catalog: Catalog
  readonly counters: CounterReader
  readonly flow: BucketFlow
}

/** A video in a list; its title comes from disk. */
export function summaryOf(slot: number, { catalog, counters, flow }: SummaryParts): VideoSummary {
  const { columns } = catalog
  const { categories, creatorId, lengthMs } = catalog.facts(slot)
  return {
    videoId: catalog.ids.id(slot),
    creatorId,
    title: catalog.video(slot).title,
    categories,
    state: columns.state[slot] as VideoState,
    uploaded: uploadedAt(slot, catalog),
    lengthMs,
    served: counters.total('served', slot),
    longViews: counters.longViewsEver(slot),
    place: placeOf(slot, flow),
  }
}

export function placeOf(slot: number, flow: BucketFlow): FlowPlace {
  const verdict = flow.verdictOn(slot)
  if (verdict !== undefined) return FlowPlace.create({ kind: verdict === 'promoted' ? Kind.KIND_PROMOTED : Kind.KIND_RETIRED })
  const bucket = flow.bucketOf(slot)
  if (bucket === undefined) return FlowPlace.create({})
  const [playsFrom, playsBelow] = [flowRules.bucketEnds[bucket - 1] ?? 0, flowRules.bucketEnds[bucket]!]
  return { kind: Kind.KIND_BUCKET, bucket, fresh: flow.isFresh(slot), playsFrom, playsBelow }
}

export function countsEver(slot: number, counters: CounterReader): VideoCountsMessage {
  return VideoCounts.fromPartial(Object.fromEntries(metrics.map((metric) => [metric, counters.total(metric, slot)])))
}

/** Of an hour since 1970; undefined where nothing was counted. */
export function countsOfHour(slot: number, hour: number, counters: CounterReader): VideoCountsMessage | undefined {
  const counts = hourlyMetrics.map((metric) => [metric, counters.hourly(hour, metric, slot)] as const)
  return counts.some(([, count]) => count > 0) ? VideoCounts.fromPartial(Object.fromEntries(counts)) : undefined
}

/** Undefined where it is not known. */
const uploadedAt = (slot: number, { columns }: Catalog) => {
  const timeS = columns.uploadedS[slot]!
  return timeS === 0 ? undefined : secondsAt(timeS)
}
