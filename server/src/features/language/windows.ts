import { dayMs, hourMs, minuteMs } from '../../clock.ts'

/** How far windows reach back, in ms. */
export const windowMs = {
  '10m': 10 * minuteMs,
  '1h': hourMs,
  '24h': dayMs,
  '7d': 7 * dayMs,
  '30d': 30 * dayMs,
  all: Number.POSITIVE_INFINITY,
} as const

export type Window = keyof typeof windowMs

export const isWindow = (name: string): name is Window => Object.hasOwn(windowMs, name)

/** The length of the tiles that a window is made of, in ms. Each hop is a multiple of the shorter ones. */
export function hopMsOf(window: Window): number {
  const reach = windowMs[window]
  if (reach < hourMs) return minuteMs
  if (reach < 12 * hourMs) return 5 * minuteMs
  return reach < 12 * dayMs ? hourMs : dayMs
}

/** The hop of the tile of all there ever was: longer than any time since 1970, so that its one tile begins at 0. */
export const everMs: number = Number.MAX_SAFE_INTEGER

/** The hops of some windows, shortest first, and `everMs` where a window has no end. */
export const hopsAndEver = (windows: readonly Window[]): number[] => [...hopsOf(windows), ...(windows.includes('all') ? [everMs] : [])]

/** The hops of some windows, shortest first. */
export const hopsOf = (windows: readonly Window[]): number[] => [...new Set(windows.map(hopMsOf))].sort((a, b) => a - b)
