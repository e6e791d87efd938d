import type { Clock } from '../clock.ts'
import { InvalidInput } from '../errors.ts'
import { type BucketFlow, flowRules } from '../exploration/bucket-flow.ts'
import type { Census, FlowSums } from '../exploration/census.ts'
import type { FlowBucket, HundredthServed } from '../generated/vireo/v1/console_video.ts'
import type { Services } from '../services.ts'
import { explorationCost } from './exploration-cost.ts'
import type { LakeLooks } from './lake-looks.ts'
import { momentAt } from './timestamps.ts'
import type { SummaryParts } from './video-summary.ts'

export interface ExplorationParts {
  readonly catalog: SummaryParts['catalog']
  readonly flow: BucketFlow
  readonly clock: Clock
  readonly census: () => Promise<Census>
  readonly looks: LakeLooks
  /** Of positions. */
  readonly share: number
  readonly horizonHours: number
}

const mostCategories = 100
const defaultHours = 24
const mostHours = 168
const hundredthWithin = [1, 2, 3, 6, 12, 24, 48, 168] as const

/** The bucket flow, and what it costs. Throws `InvalidInput`. */
export function inspectExploration(parts: ExplorationParts): Services['console']['inspectExploration'] {
  const { catalog, census, clock, flow, horizonHours, looks, share } = parts
  return async ({ hours, withCost }, signal) => {
    if (hours < 0 || hours > mostHours) throw new InvalidInput('OUT_OF_RANGE', 'hours', `hours is 1 to ${mostHours}`)
    const asked = { hours: hours || defaultHours, nowMs: clock.now(), horizonHours }
    const looked = withCost ? await looks.look(signal, (lake) => explorationCost(lake, asked)) : undefined
    const { all, byCategory, hundredthHours, promotedEver, retiredEver } = await census()
    const categories = [...byCategory].sort(([, a], [, b]) => inBuckets(b) - inBuckets(a) || b.videos - a.videos)
    const reached = hundredthHours.filter(Number.isFinite).sort((a, b) => a - b)
    return {
      asOf: momentAt(clock.now()),
      share,
      buckets: buckets(),
      freshShare: flowRules.freshShare,
      mostServed: flowRules.mostServed,
      all,
      categories: categories.slice(0, mostCategories).map(([category, counts]) => ({
        category: catalog.categories.id(category),
        counts,
        rate: flow.rate(category),
      })),
      categoriesTotal: categories.length,
      promotedEver,
      retiredEver,
      hundredth: hundredthOf(hundredthHours),
      hundredthMedianHours: reached[Math.floor((reached.length - 1) / 2)],
      cost: looked && 'found' in looked ? looked.found : undefined,
      costProblem: looked && 'problem' in looked ? looked.problem : '',
    }
  }
}

const inBuckets = ({ fresh, older }: FlowSums) => [...fresh, ...older].reduce((sum, each) => sum + each, 0)

function buckets(): FlowBucket[] {
  return flowRules.bucketEnds.map((end, at) => ({
    playsFrom: flowRules.bucketEnds[at - 1] ?? 0,
    playsBelow: end,
    odds: flowRules.bucketOdds[at]!,
  }))
}

function hundredthOf(hours: readonly number[]): HundredthServed[] {
  const rows: HundredthServed[] = hundredthWithin.map((within, at) => ({
    withinHours: within,
    videos: hours.filter((each) => each <= within && each > (hundredthWithin[at - 1] ?? 0)).length,
  }))
  return [...rows, { withinHours: undefined, videos: hours.filter((each) => !Number.isFinite(each)).length }]
}
