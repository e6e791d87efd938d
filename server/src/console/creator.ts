import { hourMs } from '../clock.ts'
import { NotFound } from '../errors.ts'
import { checkId } from '../events/validate.ts'
import { chanceAbove } from '../exploration/beta.ts'
import { categoriesOf, flowRules } from '../exploration/bucket-flow.ts'
import { type Census, countedSince, stageOf } from '../exploration/census.ts'
import type { FeatureTiles } from '../features/tiles/feature-tiles.ts'
import { feedViews } from '../features/views/feed-views.ts'
import type { RankingSettings } from '../feed/feed-pipeline.ts'
import type { Against, CreatorVideo } from '../generated/vireo/v1/console_video.ts'
import type { CounterReader } from '../ports/counter-store.ts'
import type { Services } from '../services.ts'
import { Turns } from '../turns.ts'
import { momentAt } from './timestamps.ts'
import type { VideoParts } from './video.ts'
import { countsEver, type SummaryParts, summaryOf } from './video-summary.ts'

export interface CreatorParts extends Omit<VideoParts, 'log' | 'models' | 'looks'> {
  readonly census: () => Promise<Census>
  readonly tiles: Pick<FeatureTiles, 'reader'>
  readonly ranking: Pick<RankingSettings, 'creatorImpressions'>
  readonly creatorWeight: number
}

const mostVideos = 100
const firstHours = 24
/** Of the event loop, at a time. */
const sliceMs = 2
const slotsAtATime = 256

/** A creator's videos, and how they do. Throws `InvalidInput`, `UNKNOWN_CREATOR`. */
export function inspectCreator(parts: CreatorParts): Services['console']['inspectCreator'] {
  const { catalog, census, clock, creatorWeight, limits, ranking } = parts
  const turns = new Turns(sliceMs)
  const impressionsOf = everOf(parts, feedViews.creator.impressions, 'impressions')
  const followsOf = everOf(parts, feedViews.creator.reactions, 'follows')
  return async ({ creatorId }, signal) => {
    checkId('creator_id', creatorId, limits.idLength)
    const creator = catalog.creators.find(creatorId)
    if (creator < 0) throw new NotFound('UNKNOWN_CREATOR', 'creator_id', `No video is by '${creatorId}'`)
    const everybody = await census()
    const nowHour = Math.floor(clock.now() / hourMs)
    const videos: CreatorVideo[] = []
    const sums = { total: 0, cleared: 0, isNew: 0, firstDay: 0 }
    for (const slot of catalog.byCreator(creator)) {
      const firstDay = firstDayServed(slot, nowHour, parts)
      sums.total++
      if (catalog.columns.isCleared(slot)) sums.cleared++
      if (firstDay !== undefined) sums.isNew++
      sums.firstDay += firstDay ?? 0
      if (videos.length < mostVideos) videos.push(creatorVideo(slot, firstDay, everybody, parts))
      if (sums.total % slotsAtATime !== 0) continue
      await turns.wait()
      signal.throwIfAborted()
    }
    const impressions = impressionsOf(creatorId, clock.now())
    return {
      asOf: momentAt(clock.now()),
      creatorId,
      videosTotal: sums.total,
      videosCleared: sums.cleared,
      videos,
      impressions: BigInt(impressions),
      follows: BigInt(followsOf(creatorId, clock.now())),
      valueGain: creatorWeight * Math.max(0, 1 - impressions / ranking.creatorImpressions),
      valueGainUntil: ranking.creatorImpressions,
      newVideos: sums.isNew,
      firstDayServed: BigInt(sums.firstDay),
    }
  }
}

/** What a view counts of a creator, of all time. */
function everOf<Name extends string>({ tiles }: CreatorParts, view: Parameters<typeof tiles.reader<Name>>[0], name: Name) {
  const reader = tiles.reader(view)
  const at = reader.at('all', name)
  const values = new Float64Array(reader.width)
  return (creatorId: string, nowMs: number): number => {
    const entity = reader.find(creatorId)
    if (entity < 0) return 0
    reader.windowValues(entity, nowMs, values)
    return values[at]!
  }
}

function creatorVideo(slot: number, firstDay: number | undefined, everybody: Census, parts: SummaryParts): CreatorVideo {
  const { catalog, counters, flow } = parts
  const own = { plays: counters.total('plays', slot), watches: counters.total('watched10s', slot), likes: counters.total('likes', slot) }
  const others = { plays: 0, watches: 0, likes: 0 }
  for (const category of categoriesOf(slot, catalog)) {
    const group = everybody.group(category, stageOf(slot, flow))
    for (const count of ['plays', 'watches', 'likes'] as const) others[count] += Math.max(0, group[count] - own[count])
  }
  return {
    video: summaryOf(slot, parts),
    ever: countsEver(slot, counters),
    firstDayServed: firstDay,
    watchRate: against(own.watches, own.plays, others.watches, others.plays),
    likeRate: against(own.likes, own.plays, others.likes, others.plays),
  }
}

function against(came: number, plays: number, othersCame: number, othersPlays: number): Against {
  const rate = plays > 0 ? came / plays : undefined
  const others = othersPlays > 0 ? othersCame / othersPlays : undefined
  const isComparable = rate !== undefined && others !== undefined && others > 0 && others < 1
  return { rate, others, chanceAbove: isComparable ? chanceAbove(came, plays, others, flowRules.priorPlays, others) : undefined }
}

/** Undefined for a video whose first hours are not counted any more. */
function firstDayServed(
  slot: number,
  nowHour: number,
  { catalog, counters }: { catalog: SummaryParts['catalog']; counters: CounterReader },
) {
  const since = countedSince(slot, nowHour, catalog)
  if (since === undefined) return undefined
  let served = 0
  for (let hour = since; hour < since + firstHours; hour++) served += counters.hourly(hour, 'served', slot)
  return served
}
