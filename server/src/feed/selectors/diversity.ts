import { categoriesPerVideo } from '../../catalog/video-columns.ts'
import type { FeedParts, FeedSelector } from '../feed-pipeline.ts'

/** Positions that a video is held against, on this page and the pages before. */
const windowLength = 8
/** Of a window, at most this many by one creator, with one sound, of one category. */
const mostByCreator = 1
const mostByAudio = 1
const mostByCategory = 4

/**
 * Fills the page from the top of the ranking, leaving out for now what would be too much of one creator, sound or
 * category within a sliding window that reaches back into the pages before. Where nothing else is left, categories
 * may repeat, then anything but the same content.
 */
export const diversity = ({ catalog }: FeedParts): FeedSelector => ({
  name: 'diversity',
  enabled: (query) => query.settings.diversity,
  select(query, candidates, ranked) {
    const { columns } = catalog
    const count = Math.min(query.count, ranked.length)
    // Slots, oldest first.
    const shown = query.recent.slice(0, windowLength - 1).toReversed()
    const contents = new Set<number>()
    const waiting = [...ranked]
    const page: number[] = []
    const times = (column: Uint32Array, value: number, window: readonly number[]) =>
      value === 0 ? 0 : window.reduce((sum, slot) => sum + (column[slot] === value ? 1 : 0), 0)
    const isOfMostlyOneCategory = (slot: number, window: readonly number[]) => {
      for (let at = slot * categoriesPerVideo; at < (slot + 1) * categoriesPerVideo; at++) {
        const category = columns.categories[at]!
        if (category === 0) break
        let share = 0
        for (const other of window) if (columns.hasCategory(other, category)) share++
        if (share >= mostByCategory) return true
      }
      return false
    }
    while (page.length < count && waiting.length > 0) {
      const window = shown.slice(-(windowLength - 1))
      const fits = (row: number, strictness: number) => {
        const slot = candidates.item[row]!
        if (columns.content[slot]! > 0 && contents.has(columns.content[slot]!)) return false
        if (strictness === 0) return true
        if (times(columns.creator, columns.creator[slot]!, window) >= mostByCreator) return false
        if (times(columns.audio, columns.audio[slot]!, window) >= mostByAudio) return false
        return strictness === 1 || !isOfMostlyOneCategory(slot, window)
      }
      let at = -1
      for (let strictness = 2; at < 0 && strictness >= 0; strictness--) at = waiting.findIndex((row) => fits(row, strictness))
      if (at < 0) break
      const [row] = waiting.splice(at, 1)
      page.push(row!)
      const slot = candidates.item[row!]!
      shown.push(slot)
      contents.add(columns.content[slot]!)
    }
    return page
  },
})
