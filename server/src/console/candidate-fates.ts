import type { Preview } from '../feed/feed-service.ts'
import { FeedTrial_Fate as Fate } from '../generated/vireo/v1/console_person.ts'

export interface CandidateFate {
  readonly fate: Fate
  /** The filter or selector that stopped it; empty where none did. */
  readonly stoppedBy: string
}

/** What became of everything that sources found, by slot. */
export function fatesOf({ candidates, page, query, trace }: Preview): Map<number, CandidateFate> {
  const picked = new Set(page.map((row) => candidates.item[row]!))
  const ranks = trace.find(({ kind }) => kind === 'rank')?.items ?? new Map<number, number>()
  const removedBy = new Map<number, string>()
  for (const { name, removed } of trace) for (const slot of removed) removedBy.set(slot, name)
  const passedOverBy = passedOver(trace, ranks, query.count)

  const fateOf = (slot: number): CandidateFate => {
    if (picked.has(slot)) return { fate: Fate.FATE_PICKED, stoppedBy: '' }
    const filter = removedBy.get(slot)
    if (filter !== undefined) return { fate: Fate.FATE_REMOVED, stoppedBy: filter }
    if (candidates.rowOf(slot) < 0) return { fate: Fate.FATE_NO_ROOM, stoppedBy: '' }
    if (!ranks.has(slot)) return { fate: Fate.FATE_NOT_PLACED, stoppedBy: '' }
    const selector = passedOverBy.get(slot)
    return selector === undefined ? { fate: Fate.FATE_OUTRANKED, stoppedBy: '' } : { fate: Fate.FATE_PASSED_OVER, stoppedBy: selector }
  }
  const fates = new Map<number, CandidateFate>()
  for (const { kind, items } of trace) {
    if (kind === 'source') for (const slot of items.keys()) if (!fates.has(slot)) fates.set(slot, fateOf(slot))
  }
  return fates
}

/** The selector that left out what the ranking alone, or a selector before it, had on the page. */
function passedOver(trace: Preview['trace'], ranks: ReadonlyMap<number, number>, count: number): Map<number, string> {
  const by = new Map<number, string>()
  let before = [...ranks.keys()].slice(0, count)
  for (const { items, kind, name } of trace) {
    if (kind !== 'select') continue
    for (const slot of before) if (!items.has(slot)) by.set(slot, name)
    before = [...items.keys()]
  }
  return by
}
