import { dayMs } from '../../clock.ts'
import type { View } from '../language/view.ts'
import { hopMsOf, hopsOf, isWindow, windowMs } from '../language/windows.ts'

/** What a view is called where others of its versions may be beside it. */
export const versionedName = ({ name, version }: Pick<View, 'name' | 'version'>): string => `${name}_v${version}`

/** The topic with the tiles of a view's days, one key a tile, from whoever counts them outside of servers: all there ever was. `prefix`: `kafka.topicPrefix`. */
export const tileTopicOf = (view: Pick<View, 'name' | 'version'>, prefix: string): string => `${prefix}tiles_${versionedName(view)}`

/** The topic with its tiles of less than a day, which matter for a while only. */
export const recentTopicOf = (view: Pick<View, 'name' | 'version'>, prefix: string): string => `${tileTopicOf(view, prefix)}_recent`

/** Whether a tile lies in the topic of those that go after a while. */
export const isRecent = (hopMs: number): boolean => hopMs < dayMs

/** The topics with a view's tiles: those of days, then those of less, where it has any. */
export function tileTopicsOf(view: Pick<View, 'name' | 'version' | 'windows'>, prefix: string): readonly string[] {
  const hops = hopsOf(view.windows)
  const days = hops.every(isRecent) ? [] : [tileTopicOf(view, prefix)]
  return hops.some(isRecent) ? [...days, recentTopicOf(view, prefix)] : days
}

const reaches = Object.keys(windowMs)
  .filter(isWindow)
  .filter((window) => isRecent(hopMsOf(window)))
  .map((window) => windowMs[window])

/**
 * For so long after it was written last, in ms, a tile of less than a day may matter to a server that begins anew: the longest
 * window of such tiles, the day that they go on from there, and another, as clocks differ and a tile is longer than a moment.
 */
export const recentMs: number = Math.max(...reaches) + 2 * dayMs
