import { categoriesPerVideo, type VideoColumns } from '../../catalog/video-columns.ts'
import type { FeedParts, FeedSelector } from '../feed-pipeline.ts'
import { pageDiversity } from '../page-diversity.ts'
import { likenessOf, shareCategory } from './likeness.ts'
import { Redundancy } from './redundancy.ts'
import { fit, fitOf, windowLength } from './window.ts'

/**
 * A category in common counts as so much of a cosine: people see it even where vectors, which tell of who likes a video, see little.
 * Without vectors it is the likeness itself that tells of categories.
 */
const sharedCategory = 0.5

/**
 * Fills the page from the ranking by maximal marginal relevance (Carbonell and Goldstein 1998): next comes the video whose
 * place in the ranking, less its mean likeness to those before it, is best. Those before it are the others of a sliding
 * window that reaches back into the earlier pages.
 *
 * Relevance is -log2 of the place, counted from 1, so that no scale of the scores matters; the strength is how many
 * doublings of its place a video loses that is just like one before it. What would be too much of one creator, sound or
 * category is left out for now. Where nothing else is left, categories may repeat, then anything but the same content.
 */
export const diversity = ({ catalog }: Pick<FeedParts, 'catalog'>): FeedSelector => {
  const redundancy = new Redundancy()
  return {
    name: 'diversity',
    enabled: (query) => query.settings.diversity,
    select(query, candidates, ranked) {
      const { columns } = catalog
      const { item } = candidates
      const strength = query.settings.diversityStrength
      // Slots, oldest first.
      const shown = query.recent.slice(0, windowLength - 1).toReversed()
      const contents = new Set<number>()
      const taken = new Uint8Array(ranked.length)
      const page: number[] = []
      const likeness = likenessOf(catalog, query)
      const hasVectors = query.model?.index !== undefined
      const common = (slot: number, other: number) =>
        likeness(slot, other) + (hasVectors && shareCategory(columns, slot, other) ? sharedCategory : 0)
      redundancy.begin(common, shown, ranked.length)
      while (page.length < query.count) {
        const window = shown.slice(1 - windowLength)
        let best = -1
        let bestFit = -1
        let bestGain = Number.NEGATIVE_INFINITY
        for (let place = 0; place < ranked.length; place++) {
          const relevance = -Math.log2(place + 1)
          // Nothing further down can be better.
          if (bestFit === fit.well && relevance <= bestGain) break
          const slot = item[ranked[place]!]!
          if (taken[place] === 1 || contents.has(columns.content[slot]!)) continue
          const fits = fitOf(columns, slot, window)
          if (fits < bestFit) continue
          const redundant = strength > 0 ? redundancy.of(place, slot) : 0
          candidates.columns.redundancy[ranked[place]!] = redundant
          const gain = relevance - strength * redundant
          if (fits === bestFit && gain <= bestGain) continue
          best = place
          bestFit = fits
          bestGain = gain
        }
        if (best < 0) break
        const slot = item[ranked[best]!]!
        taken[best] = 1
        page.push(ranked[best]!)
        shown.push(slot)
        if (columns.content[slot]! > 0) contents.add(columns.content[slot]!)
      }
      const { score } = candidates.columns
      query.pageDiversity = pageDiversity({
        page,
        plain: ranked.slice(0, query.count),
        // A model's score is the logarithm of what it expects.
        relevance: (row) => (query.model === undefined ? score[row]! : Math.exp(score[row]! - score[ranked[0]!]!)),
        likeness: (row, other) => likeness(item[row]!, item[other]!),
        categories: (row) => categoriesOf(columns, item[row]!),
      })
      return page
    },
  }
}

function categoriesOf({ categories }: VideoColumns, slot: number): Uint16Array {
  const own = categories.subarray(slot * categoriesPerVideo, (slot + 1) * categoriesPerVideo)
  const end = own.indexOf(0)
  return end < 0 ? own : own.subarray(0, end)
}
