import { dayMs, hourMs, minuteMs } from '../../clock.ts'
import { hopMsOf, hopsOf, type Window, windowMs } from '../language/windows.ts'

/** Events are accepted for three days; the day that they are in may still change for an hour more. */
const horizonMs = 3 * dayMs + hourMs

/** How long rows may stay where they are after that, in minutes: most are folded together with others. */
export const patience: number = dayMs / minuteMs

/** The stamp of the row of everything that is older than the levels reach. */
export const base: number = -(2 ** 31)

/** Where a row of a tile belongs that no window needs any more. */
export const nowhere: number = 2 ** 31 - 1

/** The minute of what never comes. */
export const never: number = 2 ** 31 - 1

/** Levels of a stamp take so many bits. */
const levelBits = 3

interface Level {
  /** In minutes, as all times here. */
  readonly hop: number
  /** Of the next level, into whose hops rows are folded. */
  readonly nextHop: number
  /** How far windows made of it reach. */
  readonly reach: number
}

/**
 * The lengths of time over which rows are kept: the shortest hop first, then longer ones for what is older. An event
 * counts in one row only, of the shortest hop that still reaches back to it; tiles of longer hops are sums of rows.
 * Where tiles come whole, rows of several hops overlap, and of each time those of that hop count.
 * A stamp is the minute in which a row starts, since 1970, and the number of its level, in 32 bits.
 */
export class Levels {
  readonly levels: readonly Level[]
  readonly #hasAll: boolean
  /** By level: rows that start before this belong to the next one. Each is a whole number of the next one's hops. */
  readonly #until: Int32Array
  #minute = base

  constructor(windows: readonly Window[]) {
    this.#hasAll = windows.includes('all')
    const hops = hopsOf(windows)
    this.levels = hops.map((hopMs, level) => {
      const own = windows.filter((window) => hopMsOf(window) === hopMs)
      const reachMs = Math.max(...own.map((window) => (window === 'all' ? horizonMs : windowMs[window])))
      return {
        hop: hopMs / minuteMs,
        nextHop: (hops[level + 1] ?? hopMs) / minuteMs,
        reach: reachMs / minuteMs,
      }
    })
    this.#until = new Int32Array(this.levels.length).fill(base)
  }

  /** The last `advance`, in minutes. */
  get minute(): number {
    return this.#minute
  }

  /** Moves on to a time; never back. Whether rows may belong elsewhere now. */
  advance(nowMs: number): boolean {
    const minute = minuteOf(nowMs)
    if (minute <= this.#minute) return false
    this.#minute = minute
    let hasMoved = false
    for (const level of this.levels.keys()) {
      const until = this.#untilAt(level, minute)
      if (until <= this.#until[level]!) continue
      this.#until[level] = until
      hasMoved = true
    }
    return hasMoved
  }

  /** From when on the tiles of a hop are whole at a time, in ms, if that is not before the last `advance`. */
  wholeSince(hopMs: number, nowMs: number): number {
    const minute = Math.max(this.#minute, minuteOf(nowMs))
    const reached = this.levels.slice(0, this.levels.findIndex(({ hop }) => hop * minuteMs === hopMs) + 1)
    return Math.min(...reached.map((_, level) => this.#untilAt(level, minute))) * minuteMs
  }

  /** The stamp of the row in which an event of this time, in ms, counts. */
  stampOf(timeMs: number): number {
    return this.#stamp(minuteOf(timeMs), 0)
  }

  /** Where a row with this stamp belongs by now. */
  belongs(stamp: number): number {
    return stamp === base ? base : this.#stamp(startOf(stamp), levelOf(stamp))
  }

  /** The stamp of a whole tile, in ms; `nowhere` for a hop that no window is made of. */
  stampOfWhole(hopMs: number, startMs: number): number {
    const level = this.levels.findIndex(({ hop }) => hop * minuteMs === hopMs)
    return level < 0 ? nowhere : stampAt(minuteOf(startMs), level)
  }

  /** Where a row of a whole tile belongs by now; a day that starts before `closedBefore`, in minutes, may be added to others. */
  wholeBelongs(stamp: number, closedBefore: number): number {
    if (stamp === base) return base
    const reaching = this.#reaching(startOf(stamp))
    if (levelOf(stamp) >= reaching) return stamp
    if (reaching < this.levels.length || !this.isDayOfAll(stamp)) return nowhere
    return startOf(stamp) < closedBefore ? base : stamp
  }

  /** Whether a row of a whole tile is the one of its time that counts by now. */
  wholeCounts(stamp: number): boolean {
    if (stamp === base) return true
    const reaching = this.#reaching(startOf(stamp))
    return levelOf(stamp) === reaching || (reaching === this.levels.length && this.isDayOfAll(stamp))
  }

  /** Whether it is one of those that make up all there ever was. */
  isDayOfAll(stamp: number): boolean {
    return this.#hasAll && levelOf(stamp) === this.levels.length - 1
  }

  /** The minute from which on a row with this stamp is to be folded. */
  dueOf(stamp: number): number {
    if (stamp === base) return never
    const { hop, nextHop, reach } = this.levels[levelOf(stamp)]!
    const start = startOf(stamp)
    return start - (start % nextHop) + nextHop + reach + hop + patience
  }

  /** Whether rows that are to be folded from a minute on belong elsewhere by now. */
  isPast(due: number): boolean {
    return due - patience <= this.#minute
  }

  #stamp(minute: number, from: number): number {
    const level = this.#reaching(minute, from)
    if (level < this.levels.length) return stampAt(minute - (minute % this.levels[level]!.hop), level)
    return this.#hasAll ? base : nowhere
  }

  /** The first level, from one on, that reaches back to a minute; their number if none does. */
  #reaching(minute: number, from = 0): number {
    let level = from
    while (level < this.levels.length && minute < this.#until[level]!) level++
    return level
  }

  #untilAt(level: number, minute: number): number {
    const { hop, nextHop, reach } = this.levels[level]!
    const before = minute - reach - hop
    return before - (before % nextHop)
  }
}

const minuteOf = (ms: number): number => Math.trunc(ms / minuteMs)

export const stampAt = (minute: number, level: number): number => (minute << levelBits) | level

export const levelOf = (stamp: number): number => stamp & ((1 << levelBits) - 1)

/** In minutes since 1970; of the base: before everything. */
export const startOf = (stamp: number): number => stamp >> levelBits
