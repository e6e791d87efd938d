import type { Verdict } from '../server/src/exploration/bucket-flow.ts'
import type { PropensityCheck } from './propensity-check.ts'
import { fairShare, type Pages, type Tally } from './tally.ts'
import type { Upload } from './uploads.ts'

/** Means over pages. */
export interface Means {
  readonly pages: number
  readonly longViewsPerPage: number
  readonly watchSPerPage: number
  readonly categoriesPerPage: number
}

/** All shares are 0 to 1. */
export interface ColdStart {
  readonly day: string
  readonly seed: number
  readonly clones: number
  readonly uploads: {
    readonly count: number
    /** Of all uploads, those that were shown a hundred times before the day ended. */
    readonly reachedShare: number
    readonly medianFirstS: number
    readonly medianHundredthS: number
    /** Retired before their hundredth impression. */
    readonly retiredEarlyShare: number
    readonly promotedShare: number
    /** By hidden quality, the best tenth first. */
    readonly promotedByTenth: readonly number[]
  }
  readonly exploration: {
    /** Of positions: what is configured, and what came of it after draws that could not be shown. */
    readonly share: number
    readonly realisedShare: number
    readonly propensities: PropensityCheck
  }
  readonly value: {
    readonly explored: Means
    readonly unexplored: Means
    /** What exploration costs, of what there is without it. */
    readonly longViewsLost: number
    readonly watchTimeLost: number
  }
  /** Pages of both days that were made without a stage. */
  readonly degraded: number
  /** With exploration. */
  readonly people: { readonly firstOfNew: Means; readonly laterOfNew: Means; readonly ofKnown: Means }
}

export interface Simulated {
  readonly day: string
  readonly seed: number
  readonly clones: number
  readonly uploads: readonly Upload[]
  readonly explorationShare: number
  readonly explored: {
    readonly tally: Tally
    readonly verdicts: ReadonlyMap<string, Verdict | undefined>
    readonly propensities: PropensityCheck
  }
  readonly unexplored: Tally
}

export function resultOf({ day, seed, clones, uploads, explorationShare, explored, unexplored }: Simulated): ColdStart {
  const { tally, verdicts, propensities } = explored
  const shownOf = ({ videoId }: Upload) => tally.uploads.get(videoId)!
  const shareOf = (some: readonly Upload[], holds: (upload: Upload) => boolean) => some.filter(holds).length / some.length
  const isPromoted = ({ videoId }: Upload) => verdicts.get(videoId) === 'promoted'
  const best = uploads.toSorted((a, b) => b.quality - a.quality)
  const waited = (time: (upload: Upload) => number | undefined) =>
    median(uploads.flatMap((upload) => (time(upload) === undefined ? [] : (time(upload)! - upload.timeMs) / 1_000)))
  return {
    day,
    seed,
    clones,
    uploads: {
      count: uploads.length,
      reachedShare: shareOf(uploads, (upload) => shownOf(upload).fairShareMs !== undefined),
      medianFirstS: waited((upload) => shownOf(upload).firstMs),
      medianHundredthS: waited((upload) => shownOf(upload).fairShareMs),
      retiredEarlyShare: shareOf(
        uploads,
        (upload) => verdicts.get(upload.videoId) === 'retired' && shownOf(upload).impressions < fairShare,
      ),
      promotedShare: shareOf(uploads, isPromoted),
      promotedByTenth: Array.from({ length: 10 }, (_, tenth) =>
        shareOf(best.slice(Math.floor((tenth * best.length) / 10), Math.floor(((tenth + 1) * best.length) / 10)), isPromoted),
      ),
    },
    exploration: { share: explorationShare, realisedShare: tally.all.explored / tally.all.positions, propensities },
    value: {
      explored: meansOf(tally.all),
      unexplored: meansOf(unexplored.all),
      longViewsLost: 1 - tally.all.longViewsPerPage / unexplored.all.longViewsPerPage,
      watchTimeLost: 1 - tally.all.watchSPerPage / unexplored.all.watchSPerPage,
    },
    degraded: tally.all.degraded + unexplored.all.degraded,
    people: { firstOfNew: meansOf(tally.firstOfNew), laterOfNew: meansOf(tally.laterOfNew), ofKnown: meansOf(tally.ofKnown) },
  }
}

const meansOf = ({ count, longViewsPerPage, watchSPerPage, categoriesPerPage }: Pages): Means => ({
  pages: count,
  longViewsPerPage,
  watchSPerPage,
  categoriesPerPage,
})

/** NaN of none. */
const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
