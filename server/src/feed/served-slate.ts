import { encoded } from '../encoded.ts'
import { SlateRecord } from '../generated/vireo/record/v1/records.ts'
import { Level } from '../generated/vireo/v1/feed.ts'
import { weightsOf } from '../models/serving/value-weights.ts'
import type { Candidates } from '../pipeline/candidates.ts'
import type { Commit } from '../pipeline/stages.ts'
import { placeTerm } from './explain-served.ts'
import { type Column, type FeedParts, type FeedQuery, modelTerms, plainTerms, selectorTerms } from './feed-pipeline.ts'
import { reasonFor } from './reasons.ts'
import { givenWeights } from './scorers/ranking.ts'

/** The version of the feed's stages and weights, for those who compare logs of different times. */
export const policy = 'for-you-2'

const termsWithout = [...plainTerms, ...selectorTerms]
const termsWith = [...plainTerms, ...modelTerms, ...selectorTerms]

/** Writes the page and its vectors to the log, and so into what the person has seen, before the answer leaves. */
export const servedSlate = (parts: FeedParts, sources: readonly string[]): Commit<FeedQuery, Column> => ({
  name: 'served_slate',
  onFailure: 'skip',
  deadlineMs: parts.commitDeadlineMs,
  async commit(query, candidates, page, failed, signal) {
    const { featureLog, ledger, removals, unrecorded } = parts
    const level = failed.includes(query.model === undefined ? 'plain_score' : 'final_score') ? Level.LEVEL_NO_RANKING : query.level
    const levelReason = level === Level.LEVEL_FULL ? '' : query.levelReason || 'failure'
    const slate = { ...slateOf(query, candidates, page, sources, parts), level, levelReason, degraded: [...failed] }
    // It always answers: until it is written, and where it can't be, the page is remembered as seen and brings no tokens.
    query.slate = { ...slate, slateId: '' }
    if (page.length === 0) return
    const slots = page.map((row) => candidates.item[row]!)
    unrecorded.add(query.person, slots)
    query.lookup = removals?.lookUp(slate.items.map(({ videoId }) => videoId))
    const vectors = featureLog.entry(query, slate, slots)
    await ledger.write(
      [
        { topic: 'served', key: query.person, timeMs: query.nowMs, value: encoded(SlateRecord, slate), message: slate },
        ...(vectors instanceof Promise ? await vectors : vectors),
      ],
      signal,
    )
    unrecorded.recorded(query.person, slots)
    query.slate = slate
  },
})

function weightsOfTerms(query: FeedQuery, terms: readonly string[], { ranking }: FeedParts): number[] {
  const { model } = query
  if (model?.ranks !== true) return []
  const weights = weightsOf(model, givenWeights(query, ranking))
  return terms.map((term) => weights[model.tasks.indexOf(term)] ?? 0)
}

function slateOf(
  query: FeedQuery,
  candidates: Candidates<Column>,
  page: readonly number[],
  sources: readonly string[],
  parts: FeedParts,
): Omit<SlateRecord, 'level' | 'levelReason' | 'degraded'> {
  const terms = query.model === undefined ? termsWithout : termsWith
  const explores = sources.indexOf('bucket_flow')
  return {
    slateId: query.slateId,
    person: query.person,
    timeMs: query.nowMs,
    requestId: query.requestId,
    pageNumber: query.pageNumber,
    count: query.places,
    items: page.map((row, position) => {
      const slot = candidates.item[row]!
      const propensity = candidates.columns.propensity[row]!
      const source = propensity > 0 ? explores : candidates.source[row]!
      return {
        videoId: parts.catalog.ids.id(slot),
        position,
        source,
        foundBy: candidates.foundBy[row]!,
        score: candidates.columns.score[row]!,
        terms: [...terms.map((term) => candidates.columns[term][row]!), ...sources.map((_, index) => candidates.placeIn(index, row))],
        propensity,
        reason: reasonFor(query, candidates, row, sources[source]!, parts),
        ...parts.catalog.facts(slot),
      }
    }),
    surface: query.surface,
    device: query.device,
    networkKbps: query.networkKbps,
    language: query.languageTag,
    country: query.country,
    timeZone: query.timeZone,
    arm: query.arm,
    policy,
    model: query.model?.id ?? '',
    weights: weightsOfTerms(query, terms, parts),
    imported: false,
    sources: [...sources],
    terms: [...terms, ...sources.map((name) => placeTerm + name)],
  }
}
