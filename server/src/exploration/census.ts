import type { Catalog } from '../catalog/catalog.ts'
import { type Clock, hourMs } from '../clock.ts'
import { type CounterReader, windowsHours } from '../ports/counter-store.ts'
import { Turns } from '../turns.ts'
import { type BucketFlow, categoriesOf, flowRules } from './bucket-flow.ts'

/** New videos by where they are in the flow; `fresh` and `older` by bucket. */
export interface FlowSums {
  videos: number
  readonly fresh: number[]
  readonly older: number[]
  promoted: number
  retired: number
  /** Drawn no more, without a verdict. */
  left: number
}

/** What all videos of a category that are as far in the flow had together. */
export interface GroupSums {
  plays: number
  watches: number
  likes: number
}

export interface Census {
  /** Of cleared videos of the last 30 days. */
  readonly all: FlowSums
  /** By the catalogue's number; 0 is without a category. A video counts in each of its own. */
  readonly byCategory: ReadonlyMap<number, FlowSums>
  readonly promotedEver: number
  readonly retiredEver: number
  /** Hours, rounded up, in which videos of the last 7 days were recommended a hundred times; infinity for not yet. */
  readonly hundredthHours: readonly number[]
  group(category: number, stage: Stage): Readonly<GroupSums>
}

const stages = ['bucket 0', 'bucket 1', 'bucket 2', 'promoted', 'retired', 'outside'] as const
/** How far a video is in the flow. */
export type Stage = (typeof stages)[number]

export interface CensusParts {
  readonly catalog: Catalog
  readonly counters: CounterReader
  readonly flow: BucketFlow
  readonly clock: Clock
}

const keptHours = Math.max(...windowsHours)
const hundred = 100
/** Of the event loop, at a time. */
const sliceMs = 2
const slotsAtATime = 512
/** A count of all videos is good for so long: it takes a while with millions of them. */
const goodForMs = 5_000

export function stageOf(slot: number, flow: BucketFlow): Stage {
  const bucket = flow.bucketOf(slot)
  return bucket === undefined ? (flow.verdictOn(slot) ?? 'outside') : (`bucket ${bucket}` as Stage)
}

/** The hour of a video's upload, where its hours are still counted from the first on; in hours since 1970. */
export function countedSince(slot: number, nowHour: number, { columns }: Pick<Catalog, 'columns'>): number | undefined {
  const hour = Math.floor(columns.uploadedS[slot]! / 3_600)
  return hour > nowHour - keptHours && hour <= nowHour ? hour : undefined
}

/** Looks through all videos in slices of the event loop; who asks soon after is told the same. */
export function censusTaker(parts: CensusParts): () => Promise<Census> {
  let last: { readonly atMs: number; readonly census: Promise<Census> } | undefined
  return () => {
    const nowMs = performance.now()
    if (last === undefined || nowMs - last.atMs > goodForMs) last = { atMs: nowMs, census: takeCensus(parts) }
    return last.census
  }
}

async function takeCensus({ catalog, clock, counters, flow }: CensusParts): Promise<Census> {
  const { columns, ids } = catalog
  const nowHour = Math.floor(clock.now() / hourMs)
  const turns = new Turns(sliceMs)
  const all = noFlow()
  const byCategory = new Map<number, FlowSums>()
  const groups = new Map<number, GroupSums>()
  const ever = { promoted: 0, retired: 0 }
  const hundredthHours: number[] = []
  for (let slot = 0; slot < ids.size; slot++) {
    if (slot % slotsAtATime === 0) await turns.wait()
    const stage = stageOf(slot, flow)
    if (stage === 'promoted' || stage === 'retired') ever[stage]++
    const isNew = columns.isCleared(slot) && nowHour * 3_600 - columns.uploadedS[slot]! <= flowRules.newForS
    if (isNew) addTo(all, slot, flow)
    for (const category of categoriesOf(slot, catalog)) {
      if (isNew) addTo(entry(byCategory, category, noFlow), slot, flow)
      const group = entry(groups, groupOf(category, stage), () => ({ plays: 0, watches: 0, likes: 0 }))
      group.plays += counters.total('plays', slot)
      group.watches += counters.total('watched10s', slot)
      group.likes += counters.total('likes', slot)
    }
    const since = columns.isCleared(slot) ? countedSince(slot, nowHour, catalog) : undefined
    if (since !== undefined) hundredthHours.push(hoursToHundredth(slot, since, nowHour, counters))
  }
  return {
    all,
    byCategory,
    promotedEver: ever.promoted,
    retiredEver: ever.retired,
    hundredthHours,
    group: (category, stage) => groups.get(groupOf(category, stage)) ?? { plays: 0, watches: 0, likes: 0 },
  }
}

function addTo(sums: FlowSums, slot: number, flow: BucketFlow): void {
  sums.videos++
  const bucket = flow.bucketOf(slot)
  const verdict = flow.verdictOn(slot)
  if (bucket !== undefined) (flow.isFresh(slot) ? sums.fresh : sums.older)[bucket]!++
  else if (verdict === undefined) sums.left++
  else sums[verdict]++
}

function hoursToHundredth(slot: number, since: number, nowHour: number, counters: CounterReader): number {
  if (counters.total('served', slot) < hundred) return Number.POSITIVE_INFINITY
  let served = 0
  for (let hour = since; hour <= nowHour; hour++) {
    served += counters.hourly(hour, 'served', slot)
    if (served >= hundred) return hour - since + 1
  }
  return Number.POSITIVE_INFINITY
}

const groupOf = (category: number, stage: Stage) => category * stages.length + stages.indexOf(stage)

const noFlow = (): FlowSums => ({
  videos: 0,
  fresh: flowRules.bucketOdds.map(() => 0),
  older: flowRules.bucketOdds.map(() => 0),
  promoted: 0,
  retired: 0,
  left: 0,
})

function entry<Value>(map: Map<number, Value>, key: number, make: () => Value): Value {
  let value = map.get(key)
  if (value === undefined) {
    value = make()
    map.set(key, value)
  }
  return value
}
