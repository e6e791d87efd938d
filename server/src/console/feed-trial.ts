import { columns, type FeedParts, type FeedPipeline } from '../feed/feed-pipeline.ts'
import type { Preview } from '../feed/feed-service.ts'
import { reasonFor } from '../feed/reasons.ts'
import { gainsOf } from '../feed/scorers/final-score.ts'
import type {
  FeedTrial_Candidate as Candidate,
  FeedTrial,
  FeedTrial_Pick as Pick,
  FeedTrial_Stage as Stage,
} from '../generated/vireo/v1/console_person.ts'
import { fatesOf } from './candidate-fates.ts'
import { settingsOf } from './try-settings.ts'

export interface TrialParts extends FeedParts {
  readonly pipeline: FeedPipeline
}

/** Figures of a candidate's terms. */
const figures = 4
const explorer = 'bucket_flow'

/** The page of a preview and what it was made with, without its candidates. */
export function trialOf(preview: Preview, parts: TrialParts, ms: number): FeedTrial {
  const { query, trace } = preview
  return {
    settings: settingsOf(query, parts.ranking),
    level: query.level,
    model: query.model?.id ?? '',
    ms,
    stages: trace.map(stageOf),
    page: preview.page.map((row) => pickOf(preview, row, parts)),
    terms: [],
    candidates: [],
  }
}

/** Places in the ranking, from 1, by slot. */
export function ranksOf({ trace }: Preview): ReadonlyMap<number, number> {
  const ranked = trace.find(({ kind }) => kind === 'rank')?.items.keys() ?? []
  return new Map([...ranked].map((slot, place) => [slot, place + 1]))
}

/** All that sources found, in the order of the ranking, with their slots: titles are still to be read. */
export function candidatesOf(
  preview: Preview,
  { catalog }: TrialParts,
  baselineRanks: ReadonlyMap<number, number> | undefined,
): { terms: string[]; candidates: Candidate[]; slots: number[] } {
  const { candidates, page, trace } = preview
  const live = new Set(candidates.rows.subarray(0, candidates.live))
  const terms = columns.filter((name) => name !== 'score' && live.values().some((row) => candidates.columns[name][row] !== 0))
  const ranks = ranksOf(preview)
  const fates = fatesOf(preview)
  const positions = new Map(page.map((row, position) => [row, position]))
  const places = placesOf(trace)
  const unranked = [...fates.keys()].filter((slot) => !ranks.has(slot))
  const slots = [...ranks.keys(), ...unranked]
  return {
    terms,
    slots,
    candidates: slots.map((slot) => {
      const row = candidates.rowOf(slot)
      const isScored = live.has(row)
      const { categories, creatorId } = catalog.facts(slot)
      return {
        videoId: catalog.ids.id(slot),
        title: '',
        creatorId,
        categories,
        foundBy: places.get(slot)!,
        ...fates.get(slot)!,
        rank: ranks.get(slot),
        baselineRank: baselineRanks?.get(slot),
        position: positions.get(row),
        score: isScored ? rounded(candidates.columns.score[row]!) : undefined,
        terms: isScored ? terms.map((name) => rounded(candidates.columns[name][row]!)) : [],
      }
    }),
  }
}

/** By slot and source, the place among what the source found. */
function placesOf(trace: Preview['trace']): Map<number, Record<string, number>> {
  const all = new Map<number, Record<string, number>>()
  for (const { items, kind, name } of trace) {
    if (kind !== 'source') continue
    let place = 0
    for (const slot of items.keys()) {
      const places = all.get(slot) ?? {}
      places[name] = ++place
      all.set(slot, places)
    }
  }
  return all
}

function pickOf(preview: Preview, row: number, parts: TrialParts): Pick {
  const { candidates, query } = preview
  const { catalog, pipeline } = parts
  const slot = candidates.item[row]!
  const propensity = candidates.columns.propensity[row]!
  const source = propensity > 0 ? explorer : pipeline.sources[candidates.source[row]!]!.name
  const { categories, creatorId, lengthMs } = catalog.facts(slot)
  const { thumbnailUrl, title, videoId } = catalog.video(slot)
  return {
    videoId,
    title,
    thumbnailUrl,
    creatorId,
    categories,
    lengthMs,
    source,
    propensity,
    reason: reasonFor(query, candidates, row, source, parts),
    score: candidates.columns.score[row]!,
    gains: gainsOf(query, candidates, row),
  }
}

const stageOf = ({ failure = '', items, kind, ms, name, removed }: Preview['trace'][number]): Stage => ({
  kind,
  name,
  ms,
  kept: items.size,
  removed: removed.length,
  failure,
})

function rounded(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value
  const scale = 10 ** (figures - 1 - Math.floor(Math.log10(Math.abs(value))))
  return Math.round(value * scale) / scale
}
