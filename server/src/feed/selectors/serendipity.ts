import { categoriesPerVideo, type VideoColumns } from '../../catalog/video-columns.ts'
import type { FeedParts, FeedSelector } from '../feed-pipeline.ts'
import { likenessOf, nearest } from './likeness.ts'
import { fit, fitOf, windowLength } from './window.ts'

/** Of the candidates, the part at the top of the ranking that counts as good. */
const goodShare = 0.25
/** Of what the person watched, the latest that tell what is expected. */
const expectedFrom = 20

/**
 * Now and then gives a position to the unexpected (Adamopoulos and Tuzhilin 2014): of the good candidates in categories
 * that the person did not watch lately, the one that is least like what they watched. At most one a page, never first.
 */
export const serendipity = ({ catalog }: Pick<FeedParts, 'catalog'>): FeedSelector => ({
  name: 'serendipity',
  enabled: ({ seeds, settings }) => settings.serendipityShare > 0 && seeds.length > 0,
  select(query, candidates, ranked, page) {
    const random = query.random('serendipity')
    // Exploration is still to come, and what it inserts must not push this off the page.
    const last = Math.min(page.length, query.count - 1) - query.explored.length
    if (random() >= query.settings.serendipityShare || last < 1) return [...page]
    const { columns } = catalog
    const { item } = candidates
    const expected = query.seeds.slice(0, expectedFrom).map(({ video }) => video)
    const around = [...query.recent.slice(0, windowLength - 1), ...page.map((row) => item[row]!)]
    const contents = new Set(page.map((row) => columns.content[item[row]!]!).filter((content) => content > 0))
    const likeness = likenessOf(catalog, query)
    let found = -1
    let least = Number.POSITIVE_INFINITY
    for (const row of ranked.slice(0, Math.ceil(goodShare * candidates.live))) {
      const slot = item[row]!
      if (page.includes(row) || contents.has(columns.content[slot]!) || sharesCategory(columns, slot, expected)) continue
      if (fitOf(columns, slot, around) !== fit.well) continue
      const known = nearest(likeness, slot, expected)
      if (known >= least) continue
      found = row
      least = known
    }
    if (found < 0) return [...page]
    candidates.columns.unexpectedness[found] = 1 - least
    return page.toSpliced(1 + Math.floor(random() * last), 0, found).slice(0, query.count)
  },
})

function sharesCategory(columns: VideoColumns, slot: number, others: readonly number[]): boolean {
  for (let at = slot * categoriesPerVideo; at < (slot + 1) * categoriesPerVideo; at++) {
    const category = columns.categories[at]!
    if (category === 0) return false
    for (let nth = 0; nth < others.length; nth++) if (columns.hasCategory(others[nth]!, category)) return true
  }
  return false
}
