import { categoriesPerVideo, type VideoColumns } from '../../catalog/video-columns.ts'

/** Videos among which a video is looked at, itself included: on its page and the pages before. */
export const windowLength = 8
/** Of a window, at most this many by one creator, with one sound, of one category. */
const mostByCreator = 1
const mostByAudio = 1
const mostByCategory = 4

/** How well a video goes with those before it; more is better. */
export const fit = { sameCreator: 0, sameCategory: 1, well: 2 } as const
export type Fit = (typeof fit)[keyof typeof fit]

/** How well a video goes with the others of its window: by their creators and sounds, then by their categories. */
export function fitOf(columns: VideoColumns, slot: number, others: readonly number[]): Fit {
  if (occurs(columns.creator, slot, others) >= mostByCreator || occurs(columns.audio, slot, others) >= mostByAudio) return fit.sameCreator
  for (let at = slot * categoriesPerVideo; at < (slot + 1) * categoriesPerVideo; at++) {
    const category = columns.categories[at]!
    if (category === 0) break
    let share = 0
    for (let nth = 0; nth < others.length; nth++) if (columns.hasCategory(others[nth]!, category)) share++
    if (share >= mostByCategory) return fit.sameCategory
  }
  return fit.well
}

/** How many of the others have the same value; 0 is nobody's. */
function occurs(column: Uint32Array, slot: number, others: readonly number[]): number {
  const value = column[slot]!
  let times = 0
  if (value !== 0) for (let nth = 0; nth < others.length; nth++) if (column[others[nth]!] === value) times++
  return times
}
