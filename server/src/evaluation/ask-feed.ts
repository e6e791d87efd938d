import type { Recommendation, TrialFeed, TrialPage } from './trial-feed.ts'
import type { Visitor } from './visitors.ts'

/** People who are answered side by side, so that nobody waits for a worker. */
const sideBySide = 4

export interface Answered {
  /** By person, the best first. */
  readonly lists: ReadonlyMap<string, readonly Recommendation[]>
  /** Lists that were made without a stage. */
  readonly degraded: number
}

/** Asks the feed of each person for a whole list. */
export async function askFeed(
  feed: TrialFeed,
  visitors: readonly Visitor[],
  signal: AbortSignal,
  onPerson: () => void = () => undefined,
): Promise<Answered> {
  const lists = new Map<string, readonly Recommendation[]>()
  let degraded = 0
  await eachPage(feed, visitors, signal, ({ person }, { isWhole, list }) => {
    if (!isWhole) degraded++
    lists.set(person, list)
    onPerson()
  })
  return { lists, degraded }
}

/** Asks for a page of each, some side by side. */
export async function eachPage<Who extends Visitor & { readonly id?: bigint }>(
  feed: TrialFeed,
  visitors: readonly Who[],
  signal: AbortSignal,
  take: (visitor: Who, page: TrialPage) => void,
): Promise<void> {
  const waiting = visitors.values()
  const askSome = async () => {
    for (const visitor of waiting) {
      signal.throwIfAborted()
      take(visitor, await feed.page(visitor, signal, visitor.id))
    }
  }
  await Promise.all(Array.from({ length: sideBySide }, askSome))
}
