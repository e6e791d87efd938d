import { firstScreen } from './quality.ts'

export interface Found {
  readonly video: number
  /** The source that found it first. */
  readonly source: string
}

/** A source's part of what is on people's first screens, and of the hits there. */
export interface SourceShare {
  readonly source: string
  readonly ofResults: number
  readonly ofHits: number
}

/** By person, for those to whom something is relevant. The largest part comes first. */
export function sourceShares(
  lists: ReadonlyMap<number, readonly Found[]>,
  relevant: ReadonlyMap<number, ReadonlySet<number>>,
): SourceShare[] {
  const results = new Map<string, number>()
  const hits = new Map<string, number>()
  for (const [person, wanted] of relevant) {
    for (const { video, source } of lists.get(person)?.slice(0, firstScreen) ?? []) {
      results.set(source, (results.get(source) ?? 0) + 1)
      if (wanted.has(video)) hits.set(source, (hits.get(source) ?? 0) + 1)
    }
  }
  const [allResults, allHits] = [sum(results), sum(hits)]
  return [...results]
    .sort(([, a], [, b]) => b - a)
    .map(([source, count]) => ({ source, ofResults: count / allResults, ofHits: (hits.get(source) ?? 0) / Math.max(1, allHits) }))
}

const sum = (counts: ReadonlyMap<string, number>) => counts.values().reduce((all, count) => all + count, 0)
