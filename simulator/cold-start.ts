import { dayMs, hourMs } from '../server/src/clock.ts'
import type { Vireo } from '../server/src/compose.ts'
import type { Config } from '../server/src/config.ts'
import { ReplayedState } from '../server/src/evaluation/replayed-state.ts'
import { feedSettings } from '../server/src/feed/feed-settings.ts'
import { hash64 } from '../server/src/hash.ts'
import { seededRandom } from '../server/src/random.ts'
import { type ColdStart, resultOf } from './cold-start-result.ts'
import { Outcomes } from './outcomes.ts'
import { isNew, visitsOf } from './population.ts'
import { checkPropensities } from './propensity-check.ts'
import { readRecorded } from './recorded.ts'
import { pageLength, runDay, SimulatedClock } from './run-day.ts'
import { fairShare, Tally } from './tally.ts'
import { uploadsOf } from './uploads.ts'

export interface ColdStartOptions {
  /** A log in the format of KuaiRand. */
  readonly folder: string
  /** Such as 2022-05-05; undefined is the last day of the log. */
  readonly day?: string | undefined
  /** How often everybody of that day comes: themselves, and others who are new. */
  readonly clones: number
  /** Undefined: as many as 80 % of the positions that explore can show a hundred times. */
  readonly uploads?: number | undefined
  readonly seed: number
  readonly config: Config
  readonly signal: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

export interface Progress {
  readonly phase: 'reading' | 'importing' | 'exploring' | 'exploration off'
  readonly done: number
  readonly total: number
}

/** Outcomes are learnt from what people watched until so long before the day. */
const apartMs = 4 * dayMs
/** Nothing is uploaded so long before the day ends, so that the last have some of the 24 hours that they may take. */
const lastUploadMs = 4 * hourMs
/** Share of the positions that explore that the uploads need. */
const load = 0.8

/**
 * Simulates a day of people whom the server knows, people whom it doesn't, and uploads that nobody has seen, with
 * exploration and without it, on the same state. See docs/simulation.md.
 */
export async function coldStart({ folder, clones, seed, signal, onProgress, ...options }: ColdStartOptions): Promise<ColdStart> {
  const random = (stage: string) => seededRandom(seed, hash64(stage).high, hash64(stage).low, 0)
  onProgress?.({ phase: 'reading', done: 0, total: 1 })
  const recorded = await readRecorded(folder, options.day, apartMs, signal)
  const { day } = recorded
  const outcomes = new Outcomes(recorded, seed, random('outcomes'))
  const visits = visitsOf(recorded.arrivals, clones, day, random('visits'))
  const { explorationShare } = options.config.feed
  const uploadCount = options.uploads ?? Math.floor((load * visits.length * pageLength * explorationShare) / fairShare)
  const uploads = uploadsOf(
    uploadCount,
    visits,
    day.endMs - lastUploadMs,
    [...recorded.videos.values()],
    outcomes.qualities,
    random('uploads'),
  )
  outcomes.addUploads(uploads)

  const config = unhurried(options.config)
  const onImport = ({ rowsDone, rowsTotal }: { rowsDone: number; rowsTotal: number }) =>
    onProgress?.({ phase: 'importing', done: rowsDone, total: rowsTotal })
  await using state = await ReplayedState.of({ folder, day, config, signal, onImport })

  const simulate = <Result>(phase: Progress['phase'], share: number, judge: (tally: Tally, vireo: Vireo) => Promise<Result>) => {
    const clock = new SimulatedClock(day.startMs)
    const tally = new Tally(uploads, (videoId) => outcomes.appealOf(videoId))
    return state.withCopy(async (vireo) => {
      const { catalog, events } = vireo.services
      await runDay({
        services: { catalog, events, feed: vireo.feedWith({ ...feedSettings(config), explorationShare: share }) },
        clock,
        untilMs: day.endMs,
        visits,
        uploads,
        watchMs: (visit, videoId) => outcomes.watchMs(visit, videoId),
        onPage(page) {
          tally.add(page)
          onProgress?.({ phase, done: tally.all.count, total: visits.length })
        },
        signal,
      })
      return judge(tally, vireo)
    }, clock)
  }

  const explored = await simulate('exploring', explorationShare, async (tally, vireo) => ({
    tally,
    verdicts: new Map(uploads.map(({ videoId }) => [videoId, vireo.verdictOn(videoId)])),
    propensities: await checkPropensities(vireo.eventLog, new Map(uploads.map(({ videoId, timeMs }) => [videoId, timeMs])), isNew, signal),
  }))
  const unexplored = await simulate('exploration off', 0, async (tally) => tally)
  return resultOf({ day: day.name, seed, clones, uploads, explorationShare, explored, unexplored })
}

/** In MiB: everybody of the day is kept in memory. */
const cacheMb = 4_096

/** A slow machine must not change what is measured. Vectors are logged for training, which nothing here does. */
function unhurried(config: Config): Config {
  return {
    ...config,
    feed: { ...config.feed, deadlineMs: 60_000, sourceDeadlineMs: 60_000, waitMs: 60_000 },
    people: { ...config.people, cacheMb },
    features: { ...config.features, cacheMb, logShare: 0 },
  }
}
