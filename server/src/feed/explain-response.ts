import { NotFound } from '../errors.ts'
import type { SlateRecord } from '../generated/vireo/record/v1/records.ts'
import type { ExplainResponse, ExplainResponse_ServedResult as ServedResult } from '../generated/vireo/v1/admin.ts'
import { VideoState } from '../generated/vireo/v1/catalog.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { PersonStore } from '../ports/person-store.ts'
import type { ScoringParts } from './explain-features.ts'
import type { PagesInLake } from './explain-lake.ts'
import { slateOfLog, slateOfPages, vectorOfLog, type WantedSlate } from './explain-log.ts'
import { servedResult, stagesOf } from './explain-served.ts'

export interface ResponseParts extends ScoringParts {
  readonly people: PersonStore
  readonly log: EventLog
  readonly lake: PagesInLake
}

/** Why a response that was logged held a video. Throws `RESPONSE_UNKNOWN`, `VIDEO_NOT_IN_RESPONSE`, `OVERLOADED`. */
export async function explainResponse(
  wanted: WantedSlate,
  videoId: string,
  parts: ResponseParts,
  signal: AbortSignal,
): Promise<ExplainResponse> {
  const slate = await find(wanted, parts, signal)
  if (slate === undefined) {
    const field = wanted.slateId === undefined ? 'request_id' : 'slate_id'
    throw new NotFound('RESPONSE_UNKNOWN', field, 'Neither log nor lake has such a response to this person')
  }
  const item = slate.items.find((each) => each.videoId === videoId)
  if (item === undefined) throw new NotFound('VIDEO_NOT_IN_RESPONSE', 'video_id', `This response did not hold '${videoId}'`)
  const { catalog, lake, log } = parts
  const vector = (await vectorOfLog(slate, videoId, log, signal)) ?? (await lake.vector(slate, videoId, signal))
  const served = await servedResult(slate, item, vector, parts, signal)
  const slot = catalog.ids.find(videoId)
  const state = (slot < 0 ? VideoState.VIDEO_STATE_UNSPECIFIED : catalog.columns.state[slot]) as VideoState
  return { verdict: verdictOf(served), stages: stagesOf(served), served, state }
}

/** Where it is found soonest first. What the log has more than the lake is newer than all that is in it. */
async function find(wanted: WantedSlate, { lake, log, people }: ResponseParts, signal: AbortSignal): Promise<SlateRecord | undefined> {
  const { pages } = await people.read(wanted.person)
  return (
    (await slateOfPages(wanted, pages, log)) ??
    (await slateOfLog(wanted, await lake.reached(), log, signal)) ??
    (await lake.slate(wanted, signal))
  )
}

function verdictOf({ foundBy, pageNumber, position, propensity, requestId }: ServedResult): string {
  const where = `Served on page ${pageNumber} of request ${requestId}${position < 0 ? '' : `, at position ${position + 1}`}`
  if (propensity > 0) return `${where}: placed by exploration.`
  const sources = foundBy.map(({ source }) => source)
  return `${where}: ${sources.length === 0 ? 'by which source is not known' : `found by ${sources.join(', ')}`}.`
}
