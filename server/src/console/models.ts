import type {
  InspectModelsRequest,
  InspectModelsResponse,
  PagesShown,
  TaskCalibration,
  WatchedModel,
} from '../generated/vireo/v1/console_models.ts'
import { hasDrifted, mostPredictionIndex } from '../models/watching/alarms.ts'
import { calibrationSlope } from '../models/watching/calibration-bins.ts'
import { mostFeatureIndex } from '../models/watching/feature-drift.ts'
import { watchLimits } from '../models/watching/model-watch.ts'
import type { PagesReading } from '../models/watching/shown-pages.ts'
import type { TaskReading } from '../models/watching/watched-model.ts'
import { calibrationHistory } from './calibration-history.ts'
import type { ConsoleParts } from './console.ts'
import type { LakeLooks } from './lake-looks.ts'
import { momentAt } from './timestamps.ts'

const mostFeatures = 20

/** How the models' predictions hold: what the server watches, and, where it is asked for, what the lake has. */
export function inspectModels({ clock, config, watch }: ConsoleParts, looks: LakeLooks) {
  return async ({ lakeHours }: InspectModelsRequest, signal: AbortSignal): Promise<InspectModelsResponse> => {
    const { models, pages, passedOver, sinceMs, sources } = watch.read()
    const watched = models.map(({ model, tasks, features }): WatchedModel => {
      const indexes = watch.featuresOf(model)?.indexes(clock.now()) ?? []
      return {
        model,
        tasks: tasks.map(taskCalibration),
        features: indexes.slice(0, mostFeatures).map(({ name, index }) => ({ feature: name, index })),
        featuresMoved: features.moved.length,
      }
    })
    const looked = lakeHours > 0 ? await calibrationHistory(looks, lakeHours, clock.now(), config.events.horizonHours, signal) : undefined
    return {
      since: momentAt(sinceMs),
      models: watched.reverse(),
      pages: pagesShown(pages),
      sources: sources.map(({ source, shown, longViews, watchedMs }) => ({
        source,
        shown: BigInt(shown),
        longViews: BigInt(longViews),
        watchedMs,
      })),
      pagesPassedOver: BigInt(passedOver),
      limits: {
        logRatio: watchLimits.logRatio,
        standardErrors: watchLimits.standardErrors,
        leastPages: watchLimits.leastPages,
        predictionIndex: mostPredictionIndex,
        featureIndex: mostFeatureIndex,
        horizonS: watchLimits.horizonMs / 1_000,
      },
      history: looked && 'found' in looked ? looked.found : undefined,
      historyProblem: looked && 'problem' in looked ? looked.problem : '',
    }
  }
}

const taskCalibration = ({ isAlarm, judged, bins, quantiles, ...reading }: TaskReading): TaskCalibration => ({
  ...reading,
  judged: BigInt(judged),
  alarm: isAlarm,
  slope: reading.task === 'watch_ms' ? undefined : calibrationSlope(bins),
  bins: bins.map((bin) => ({ ...bin, judged: BigInt(bin.judged) })),
  quantiles: [...quantiles],
  predictionAlarm: hasDrifted(reading.predictionIndex),
})

const pagesShown = ({ videos, newVideos, diversity, novelty }: PagesReading): PagesShown => ({
  videos: BigInt(videos),
  newInADay: BigInt(newVideos[0]!),
  newInAWeek: BigInt(newVideos[1]!),
  diversity: diversity.pages > 0 ? diversity.sum / diversity.pages : undefined,
  diversityPages: BigInt(diversity.pages),
  noveltyBits: novelty.videos > 0 ? novelty.sum / novelty.videos : undefined,
})
