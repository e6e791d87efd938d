import type { SlateItem, SlateRecord } from '../generated/vireo/record/v1/records.ts'
import type {
  ExplainResponse_Finding as Finding,
  ExplainResponse_ServedResult as ServedResult,
  ExplainResponse_StageReport as StageReport,
} from '../generated/vireo/v1/admin.ts'
import type { Level } from '../generated/vireo/v1/feed.ts'
import { tasks } from '../models/tasks.ts'
import { featuresOf, type ScoringParts, valueTerms } from './explain-features.ts'
import type { LoggedVector } from './explain-log.ts'

/** Terms of this beginning say at which place, from 1, the source of the name found the item. */
export const placeTerm = 'place_'

/** All that the log says of an item of a slate, and what its model, where it serves still, makes of that. */
export async function servedResult(
  slate: SlateRecord,
  item: SlateItem,
  vector: LoggedVector | undefined,
  parts: ScoringParts,
  signal: AbortSignal,
): Promise<ServedResult> {
  const terms = new Map(slate.terms.map((term, at) => [term, item.terms[at]!]))
  const chances = chancesOf(terms)
  const isRanked = Object.keys(chances).length > 0
  const scores = [...terms].filter(([name]) => !isTask(name) && !name.startsWith(placeTerm))
  return {
    served: { seconds: BigInt(Math.floor(slate.timeMs / 1000)), nanos: (slate.timeMs % 1000) * 1e6 },
    requestId: BigInt(slate.requestId),
    pageNumber: slate.pageNumber,
    position: item.position ?? -1,
    source: slate.sources[item.source] ?? '',
    propensity: item.propensity,
    scores: Object.fromEntries([['score', item.score], ...scores]),
    slateId: slate.slateId,
    foundBy: findings(slate, item, terms),
    chances,
    watchMs: isRanked ? terms.get('watch_ms') : undefined,
    valueTerms: isRanked ? valueTerms(slate, item) : {},
    model: slate.model,
    arm: slate.arm,
    policy: slate.policy,
    level: slate.level as Level,
    levelReason: slate.levelReason,
    degraded: slate.degraded,
    reason: item.reason,
    surface: slate.surface,
    ...(await featuresOf(slate, item, isRanked ? terms.get('value') : undefined, vector, parts, signal)),
  }
}

/** What the stages did, as far as it is in the log: who removed what is not. */
export function stagesOf({ degraded, foundBy, position, propensity, scores }: ServedResult): StageReport[] {
  const step = (kind: string, name: string, outcome: string, detail = '') => ({ kind, name, outcome, detail })
  const place = `position ${position + 1}`
  return [
    ...foundBy.map(({ place, source }) => step('source', source, 'found', place === undefined ? '' : `place ${place}`)),
    ...degraded.map((name) => step('stage', name, 'failed')),
    propensity > 0
      ? step('select', 'exploration_slots', 'picked', `${place}, with a chance of ${propensity.toPrecision(3)}`)
      : step('select', 'for_you', 'picked', `${place}, with a score of ${(scores.score ?? 0).toPrecision(4)}`),
  ]
}

/** A chance is never 0: that stands for a task that the model has not, or a video that it did not rank. */
const chancesOf = (terms: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...terms].filter(([name, chance]) => isTask(name) && name !== 'watch_ms' && chance !== 0))

const isTask = (name: string) => (tasks as readonly string[]).includes(name)

function findings({ sources }: SlateRecord, { foundBy }: SlateItem, terms: ReadonlyMap<string, number>): Finding[] {
  return sources.flatMap((source, bit) =>
    (foundBy & (1 << bit)) === 0 ? [] : [{ source, place: terms.get(placeTerm + source) || undefined }],
  )
}
