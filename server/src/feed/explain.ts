import { NotFound, VireoError } from '../errors.ts'
import { checkId } from '../events/validate.ts'
import { SlateRecord } from '../generated/vireo/record/v1/records.ts'
import type {
  ExplainRequest,
  ExplainResponse,
  ExplainResponse_ServedResult as ServedResult,
  ExplainResponse_StageReport as StageReport,
} from '../generated/vireo/v1/admin.ts'
import { RecsRequest } from '../generated/vireo/v1/feed.ts'
import { Candidates } from '../pipeline/candidates.ts'
import type { TraceStep } from '../pipeline/trace.ts'
import { vectorOfLog } from './explain-log.ts'
import { wantedOf } from './explain-request.ts'
import { explainResponse, type ResponseParts } from './explain-response.ts'
import { servedResult } from './explain-served.ts'
import type { FeedPipeline, FeedQuery } from './feed-pipeline.ts'
import type { FeedService } from './feed-service.ts'

export interface ExplainParts extends ResponseParts {
  readonly feed: FeedService
  readonly pipeline: FeedPipeline
  /** Bytes. */
  readonly idLength: number
}

const patienceMs = 15_000

/**
 * A video's way through every stage for a person as of now, or the stage that stopped it, and when it was served last.
 * Of a response that the request names, why it held the video. Throws as `explainResponse` does, and `InvalidInput`,
 * `UNKNOWN_VIDEO`, `DEADLINE_EXCEEDED`.
 */
export async function explain(request: ExplainRequest, parts: ExplainParts, signal: AbortSignal): Promise<ExplainResponse> {
  const { idLength } = parts
  checkId('userid', request.userid, idLength)
  checkId('video_id', request.videoId, idLength)
  const wanted = wantedOf(request, idLength)
  const late = AbortSignal.timeout(patienceMs)
  const ending = AbortSignal.any([signal, late])
  try {
    return await (wanted === undefined ? explainNow(request, parts, ending) : explainResponse(wanted, request.videoId, parts, ending))
  } catch (cause) {
    if (!late.aborted || signal.aborted || cause instanceof VireoError) throw cause
    const message = `It took over ${patienceMs / 1_000} s: an old response is found sooner where served_about says when it was made`
    throw new VireoError({ code: 'DEADLINE_EXCEEDED', fault: 'server', retryable: true, message, cause })
  }
}

async function explainNow({ userid, videoId }: ExplainRequest, parts: ExplainParts, signal: AbortSignal): Promise<ExplainResponse> {
  const { catalog, feed } = parts
  const slot = catalog.ids.find(videoId)
  if (slot < 0) throw new NotFound('UNKNOWN_VIDEO', 'video_id', `There is no video '${videoId}'`)
  const { query, trace } = await feed.preview(RecsRequest.fromPartial({ userid }), signal, ({ query, trace }) => ({ query, trace }))
  const found = trace.some(({ kind, items }) => kind === 'source' && items.has(slot))
  const stages = found
    ? trace.flatMap((step) => reportOf(step, slot))
    : [...trace.flatMap((step) => reportOf(step, slot)), ...filtersOn(slot, query, parts)]
  const served = await lastServed(query, videoId, parts, signal)
  return { verdict: verdictOf(stages, found), stages, served, state: catalog.columns.state[slot] as ExplainResponse['state'] }
}

function reportOf(step: TraceStep, slot: number): StageReport[] {
  const report = (outcome: string, detail = '') => [{ kind: step.kind, name: step.name, outcome, detail }]
  if (step.failure !== undefined) return report('failed', step.failure)
  const isIn = step.items.has(slot)
  switch (step.kind) {
    case 'source': {
      const place = [...step.items.values()].filter((score) => score > (step.items.get(slot) ?? 0)).length + 1
      return isIn ? report('found', `place ${place} of ${step.items.size}, score ${format(step.items.get(slot)!)}`) : report('not found')
    }
    case 'filter':
    case 'late filter':
      return step.removed.includes(slot) ? report('removed') : isIn ? report('kept') : []
    case 'rank': {
      const terms = Object.entries(step.columns).map(([name, values]) => `${name} ${format(values.get(slot) ?? 0)}`)
      return isIn ? report('ranked', `place ${step.items.get(slot)! + 1} of ${step.items.size}: ${terms.join(', ')}`) : []
    }
    case 'select':
      return isIn ? report('picked', `position ${step.items.get(slot)! + 1}`) : report('not picked')
    default:
      return []
  }
}

/** What the filters say of a video that no source has brought: sources pass over what was seen, for example. */
function filtersOn(slot: number, query: FeedQuery, { pipeline }: ExplainParts): StageReport[] {
  const candidates = new Candidates(1, pipeline.columns)
  const row = candidates.add(slot, 0)
  return pipeline.filters
    .filter((filter) => filter.enabled?.(query) !== false)
    .map((filter) => ({
      kind: 'filter',
      name: filter.name,
      outcome: filter.removes(query, candidates, row) ? 'would remove' : 'would keep',
      detail: '',
    }))
}

function verdictOf(stages: readonly StageReport[], found: boolean): string {
  const stopped = stages.find(({ outcome }) => outcome === 'removed' || outcome === 'would remove')
  if (stopped !== undefined) return `Not shown: the filter ${stopped.name} removes it.`
  if (!found) return 'Not shown: no source brings it for this person.'
  const last = stages.findLast(({ kind }) => kind === 'select')
  if (last?.outcome === 'picked') return `On the next page, at ${last.detail}.`
  const ranked = stages.find(({ kind }) => kind === 'rank')
  return ranked === undefined ? 'A candidate for exploration only; not drawn into this page.' : `Not on the next page: ${ranked.detail}.`
}

/** Among the person's latest pages, the last that held the video: it is in the log still. */
async function lastServed(
  { state }: FeedQuery,
  videoId: string,
  parts: ExplainParts,
  signal: AbortSignal,
): Promise<ServedResult | undefined> {
  for (const { place } of state.pages.toReversed()) {
    const record = await parts.log.get(place)
    if (record === undefined) continue
    const slate = SlateRecord.decode(record.value)
    const item = slate.items.find((each) => each.videoId === videoId)
    if (item !== undefined) return servedResult(slate, item, await vectorOfLog(slate, videoId, parts.log, signal), parts, signal)
  }
  return undefined
}

function format(number: number): string {
  return Number.isInteger(number) ? String(number) : number.toPrecision(3)
}
