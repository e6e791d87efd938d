import type { Catalog } from '../catalog/catalog.ts'
import type { CoWatch, Paired } from '../co-watch/co-watch.ts'
import type { VideoCounters } from '../counters/video-counters.ts'
import type { BucketFlow } from '../exploration/bucket-flow.ts'
import type { FeatureTiles } from '../features/tiles/feature-tiles.ts'
import type { EventRecord, SlateRecord } from '../generated/vireo/record/v1/records.ts'
import { UserVideoEvent_EventType as Type } from '../generated/vireo/v1/events.ts'
import { outcome, outcomesOf } from '../people/outcomes.ts'
import type { Metric } from '../ports/counter-store.ts'

/** What everybody shares: counts of videos, tiles, what is watched together, exploration. */
export interface SharedParts {
  readonly catalog: Catalog
  readonly counters: VideoCounters
  readonly coWatch: CoWatch
  readonly flow: BucketFlow
  readonly tiles: Pick<FeatureTiles, 'event' | 'slate'>
}

/** A page was served, with these videos; of records that are new. */
export function countServed({ counters, flow, tiles }: SharedParts, slate: SlateRecord, slots: readonly number[]): void {
  tiles.slate(slate)
  for (const slot of slots) {
    if (slot < 0) continue
    counters.count(slot, slate.timeMs, ['served'])
    flow.served(slot)
  }
}

/** What the person's state said before the event. */
export interface Before {
  readonly liked: boolean
  readonly paired: Paired | undefined
}

/** Something was done with a video, or with none (-1); of records that are new. */
export function countDone(parts: SharedParts, event: EventRecord, slot: number, { liked, paired }: Before): void {
  parts.tiles.event(event)
  if (slot < 0) return
  count(parts, event, slot, liked)
  if (paired !== undefined) parts.coWatch.learn(paired)
}

function count({ counters, flow }: SharedParts, event: EventRecord, slot: number, liked: boolean): void {
  if (event.type === Type.Unlike) {
    if (liked) counters.uncount(slot, 'likes')
    return
  }
  if (event.type === Type.Like && liked) return
  const outcomes = outcomesOf(event)
  const counted = event.untimed ? untimedMetrics(event, outcomes) : metricsOf(event, outcomes)
  if (counted.length > 0) counters.count(slot, event.untimed ? undefined : event.timeMs, counted)
  if (event.type === Type.Watch && !event.untimed) flow.played(slot, (outcomes & outcome.watched10s) !== 0)
}

const simpleMetrics: Readonly<Partial<Record<number, readonly Metric[]>>> = {
  [Type.Like]: ['likes'],
  [Type.Share]: ['shares'],
  [Type.Comment]: ['comments'],
  [Type.Dislike]: ['negatives'],
  [Type.NotInterested]: ['negatives'],
  [Type.Report]: ['reports'],
}

function metricsOf(event: EventRecord, outcomes: number): readonly Metric[] {
  return event.type === Type.Watch ? watchMetrics[outcomes & watchBits]! : (simpleMetrics[event.type] ?? [])
}

/** All bits that a watch may set, but that it is untimed. */
const watchBits = 2 * outcome.lengthKnown - 1

/** By those bits. */
const watchMetrics: readonly (readonly Metric[])[] = Array.from({ length: watchBits + 1 }, (_, outcomes) => {
  const counted: Metric[] = ['plays']
  if (outcomes & outcome.lengthKnown) counted.push('playsOfKnownLength')
  if (outcomes & outcome.watched10s) counted.push('watched10s')
  if (outcomes & outcome.longView) counted.push('longViews')
  if (outcomes & outcome.finish) counted.push('finishes')
  if (outcomes & outcome.skip) counted.push('skips')
  return counted
})

/** What came without a time has a denominator of its own. */
function untimedMetrics(event: EventRecord, outcomes: number): readonly Metric[] {
  if (event.type === Type.Like) return ['untimedLikes']
  if (event.type !== Type.Watch) return []
  return outcomes & outcome.longView ? ['untimedPlays', 'untimedLongViews'] : ['untimedPlays']
}
