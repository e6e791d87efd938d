import { dayMs, hourMs } from '../../clock.ts'
import { hopMsOf, hopsOf, type Window, windowMs } from '../language/windows.ts'

/** Events are accepted for three days; the day that they are in may still change for an hour more. */
const horizonMs = 3 * dayMs + hourMs

/** The stamp of the row of everything that is older than the levels reach. */
export const base: number = Number.NEGATIVE_INFINITY

/** Where a row of a tile belongs that no window needs any more. */
export const nowhere: number = Number.NaN

interface Level {
  readonly hopMs: number
  /** How far windows made of it reach, in ms. */
  readonly reachMs: number
}

/**
 * The lengths of time over which rows are kept: the shortest hop first, then longer ones for what is older. An event
 * counts in one row only, of the shortest hop that still reaches back to it; tiles of longer hops are sums of rows.
 * A stamp is when a row starts, in ms, plus the number of its level.
 */
export class Levels {
  readonly levels: readonly Level[]
  readonly #hasAll: boolean
  /** By level: rows that start before this belong to the next one. Each is a whole number of the next one's hops. */
  readonly #until: Float64Array

  constructor(windows: readonly Window[]) {
    this.#hasAll = windows.includes('all')
    this.levels = hopsOf(windows).map((hopMs) => {
      const own = windows.filter((window) => hopMsOf(window) === hopMs)
      return { hopMs, reachMs: Math.max(...own.map((window) => (window === 'all' ? horizonMs : windowMs[window]))) }
    })
    this.#until = new Float64Array(this.levels.length).fill(Number.NEGATIVE_INFINITY)
  }

  /** Moves on to a time; never back. Whether rows may belong elsewhere now. */
  advance(nowMs: number): boolean {
    let hasMoved = false
    for (const level of this.levels.keys()) {
      const until = this.#untilAt(level, nowMs)
      if (until <= this.#until[level]!) continue
      this.#until[level] = until
      hasMoved = true
    }
    return hasMoved
  }

  /** From when on the tiles of a hop are whole at a time, if that is not before the last `advance`. */
  wholeSince(hopMs: number, nowMs: number): number {
    const reached = this.levels.slice(0, this.levels.findIndex((level) => level.hopMs === hopMs) + 1)
    return Math.min(...reached.map((_, level) => Math.max(this.#until[level]!, this.#untilAt(level, nowMs))))
  }

  /** The stamp of the row in which an event of this time counts. */
  stampOf(timeMs: number): number {
    return this.#stamp(timeMs, 0)
  }

  /** Where a row with this stamp belongs by now. */
  belongs(stamp: number): number {
    return stamp === base ? base : this.#stamp(startOf(stamp), levelOf(stamp))
  }

  #stamp(timeMs: number, from: number): number {
    for (let level = from; level < this.levels.length; level++) {
      if (timeMs >= this.#until[level]!) return timeMs - (timeMs % this.levels[level]!.hopMs) + level
    }
    return this.#hasAll ? base : nowhere
  }

  #untilAt(level: number, nowMs: number): number {
    const { hopMs, reachMs } = this.levels[level]!
    const { hopMs: aligned } = this.levels[level + 1] ?? this.levels[level]!
    const before = nowMs - reachMs - hopMs
    return before - (before % aligned)
  }
}

const minuteMs = 60_000

export const levelOf = (stamp: number): number => stamp % minuteMs

/** In ms since 1970; of the base: minus infinity. */
export const startOf = (stamp: number): number => (stamp === base ? base : stamp - (stamp % minuteMs))
