import type { Catalog } from '../catalog/catalog.ts'
import { type Clock, hourMs } from '../clock.ts'
import { NotFound } from '../errors.ts'
import { checkId } from '../events/validate.ts'
import { chanceAbove } from '../exploration/beta.ts'
import { type BucketFlow, flowRules } from '../exploration/bucket-flow.ts'
import type { HourOfVideo, NearVideo, VideoExploration } from '../generated/vireo/v1/console_video.ts'
import type { ServingModel } from '../models/serving/serving-model.ts'
import type { CounterReader } from '../ports/counter-store.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { Services } from '../services.ts'
import type { LakeLooks } from './lake-looks.ts'
import { momentAt } from './timestamps.ts'
import { changesOf } from './video-changes.ts'
import { videoShown } from './video-shown.ts'
import { countsEver, countsOfHour, placeOf, type SummaryParts, summaryOf } from './video-summary.ts'

export interface VideoParts extends SummaryParts {
  readonly clock: Clock
  readonly log: EventLog
  readonly models: { readonly current: ServingModel | undefined }
  readonly looks: LakeLooks
  /** Bytes. */
  readonly limits: { readonly idLength: number }
}

const hoursShown = 48
const mostNear = 12

/** All that is known of a video. Throws `InvalidInput`, `UNKNOWN_VIDEO`. */
export function inspectVideo(parts: VideoParts): Services['console']['inspectVideo'] {
  const { catalog, clock, counters, limits, log, looks, models } = parts
  return async ({ videoId, withShown }, signal) => {
    checkId('video_id', videoId, limits.idLength)
    const slot = catalog.ids.find(videoId)
    if (slot < 0) throw new NotFound('UNKNOWN_VIDEO', 'video_id', `There is no video '${videoId}'`)
    const model = models.current
    const [near, changes, looked] = await Promise.all([
      nearTo(slot, model, parts, signal),
      changesOf(videoId, log, signal),
      withShown ? looks.look(signal, (lake) => videoShown(videoId, lake)) : undefined,
    ])
    return {
      asOf: momentAt(clock.now()),
      video: catalog.video(slot),
      ever: countsEver(slot, counters),
      hours: hoursOf(slot, clock.now(), counters),
      exploration: explorationOf(slot, parts),
      model: model?.id ?? '',
      hasVector: model?.index?.vectors.has(slot) ?? false,
      near,
      changes,
      shown: looked && 'found' in looked ? looked.found : undefined,
      shownProblem: looked && 'problem' in looked ? looked.problem : '',
    }
  }
}

function hoursOf(slot: number, nowMs: number, counters: CounterReader): HourOfVideo[] {
  const last = Math.floor(nowMs / hourMs)
  return Array.from({ length: hoursShown }, (_, at) => last - hoursShown + 1 + at).flatMap((hour) => {
    const counts = countsOfHour(slot, hour, counters)
    return counts === undefined ? [] : [{ start: momentAt(hour * hourMs), counts }]
  })
}

function explorationOf(
  slot: number,
  { catalog, counters, flow }: { catalog: Catalog; counters: CounterReader; flow: BucketFlow },
): VideoExploration {
  const { categoryRate, deviation, mean, retiresBelow, upperBound } = flow.judge(slot)
  const [plays, watches] = [counters.total('plays', slot), counters.total('watched10s', slot)]
  return {
    place: placeOf(slot, flow),
    mean,
    deviation,
    categoryRate,
    chanceAbove: chanceAbove(watches, plays, categoryRate, flowRules.priorPlays, categoryRate),
    retiresBelow,
    upperBound,
    categories: flow.oddsOf(slot).map(({ bucketOdds, category, rate, videosInBucket }) => ({
      category: catalog.categories.id(category),
      rate,
      videosInBucket,
      bucketOdds,
      chance: bucketOdds / videosInBucket,
    })),
  }
}

async function nearTo(slot: number, model: ServingModel | undefined, parts: SummaryParts, signal: AbortSignal): Promise<NearVideo[]> {
  const index = model?.index
  if (index === undefined) return []
  const vector = new Float32Array(index.width)
  if (!index.vectors.copy(slot, vector)) return []
  const { items } = await index.search(vector, mostNear + 1, signal)
  return [...items]
    .filter((item) => item !== slot)
    .slice(0, mostNear)
    .map((item) => ({ video: summaryOf(item, parts), similarity: index.vectors.similarity(slot, item) }))
}
