import { SlateRecord } from '../server/src/generated/vireo/record/v1/records.ts'
import type { EventLog } from '../server/src/ports/event-log.ts'

export interface PropensityCheck {
  /** Sum of 1 / chance of being explored on the page, over the pages that explored the upload. */
  readonly inverse: number
  /** Pages that could have: what the sum is expected to be. */
  readonly pages: number
}

/** What the log says of an upload on one page. */
interface Impression {
  readonly timeMs: number
  /** 0 where the ranking has put it there. */
  readonly propensity: number
  /** Of the page. */
  readonly positions: number
  readonly counts: boolean
}

/** Until it was shown so often a video is in the flow, whatever people thought of it. */
const surelyInFlow = 30
/** Explored impressions of an upload that count. */
const mostExplored = 10

/**
 * Holds the logged propensities against how often things were drawn: for each upload, the inverse chances of its first
 * explored impressions add up to the pages that were made meanwhile (Horvitz and Thompson 1952; when to stop depends on
 * the past alone). A video is shown once on a page, so its chance there is 1 − (1 − propensity)^positions. Only first
 * pages of people who are new count: whatever is drawn may be shown to them, unless the ranking has it there already.
 *
 * @param uploads when each was put, in ms since 1970, by id
 */
export async function checkPropensities(
  log: EventLog,
  uploads: ReadonlyMap<string, number>,
  isNew: (person: string) => boolean,
  signal: AbortSignal,
): Promise<PropensityCheck> {
  const met = new Set<string>()
  const pagesAt = new Map<number, number>()
  const impressions = new Map<string, Impression[]>([...uploads.keys()].map((id) => [id, []]))
  for await (const { person, timeMs, items } of slates(log, signal)) {
    const counts = isNew(person) && !met.has(person)
    met.add(person)
    if (counts) pagesAt.set(timeMs, (pagesAt.get(timeMs) ?? 0) + 1)
    for (const { videoId, propensity } of items) impressions.get(videoId)?.push({ timeMs, propensity, positions: items.length, counts })
  }
  const check = { inverse: 0, pages: 0 }
  for (const [id, putMs] of uploads) {
    const shown = impressions.get(id)!.sort((a, b) => a.timeMs - b.timeMs)
    const untilMs = endOf(shown)
    for (const [timeMs, pages] of pagesAt) if (timeMs >= putMs && timeMs <= untilMs) check.pages += pages
    for (const { propensity, positions } of shown.filter(({ counts, timeMs }) => counts && timeMs <= untilMs)) {
      if (propensity > 0) check.inverse += 1 / (1 - (1 - propensity) ** positions)
      else check.pages--
    }
  }
  return check
}

/** When an upload has enough impressions to stop counting; never, where it has too few. */
function endOf(shown: readonly Impression[]): number {
  const enough = shown.filter(({ propensity, counts }) => propensity > 0 && counts)[mostExplored - 1]
  return Math.min(enough?.timeMs ?? Number.POSITIVE_INFINITY, shown[surelyInFlow - 1]?.timeMs ?? Number.POSITIVE_INFINITY)
}

async function* slates(log: EventLog, signal: AbortSignal): AsyncGenerator<SlateRecord> {
  for (const { topic, partition, first, end } of await log.extents()) {
    if (topic !== 'served' || first === end) continue
    for await (const records of log.read({ topic, partition, offset: first }, signal)) {
      for (const { value } of records) yield SlateRecord.decode(value)
      if (records.at(-1)!.offset >= end - 1) break
    }
  }
}
