import { Level } from '../generated/vireo/v1/feed.ts'

/** Who has waited for so many times `waitMs`, or so many pages, whichever is longer, may still have a page at this level. */
interface Rung {
  readonly level: Level
  readonly waits: number
  readonly pages: number
}

/** Best first; who has waited for longer than all of them gets popular videos. */
const rungs: readonly Rung[] = [
  { level: Level.LEVEL_FULL, waits: 1, pages: 1 },
  { level: Level.LEVEL_LIGHT_RANKING, waits: 3, pages: 1.5 },
  { level: Level.LEVEL_NO_RANKING, waits: 6, pages: 2 },
]

/** For so long everybody must have waited too long before any page gets less work, in ms: a burst passes by itself. */
const burstMs = 50
/** Pages that count for how long one takes. */
const remembered = 32

export interface WaitingLineOptions {
  /** Pages that are worked on at the same time. */
  readonly atOnce: number
  /** How long a request should wait at most, in ms. */
  readonly waitMs: number
  /** In ms. */
  readonly now?: () => number
}

/** Time to make a page. */
export interface Turn {
  /** The best level for which there is time. */
  readonly level: Level
  /** How long it was waited for, in ms. */
  readonly waitedMs: number
  /** To be called when there is nothing more to compute for the page. Again it does nothing. */
  end(): void
}

interface Waiting {
  readonly sinceMs: number
  readonly take: (turn: Turn) => void
}

/**
 * Where requests wait until it is their turn, so that what is begun is soon made. Whoever comes first goes first: pages
 * that are all begun at once all end late. A line that stands, and does not just pass, is shortened by giving those who have waited
 * too long pages that take less work (as CoDel drops packets, RFC 8289): by what they really waited, whatever the reason.
 */
export class WaitingLine {
  readonly #atOnce: number
  readonly #waitMs: number
  readonly #now: () => number
  readonly #line: Waiting[] = []
  #underway = 0
  /** Of pages at level full, lately. */
  #pageMs = 0
  /** Since when everybody has waited too long; undefined where somebody has not. */
  #standsSinceMs: number | undefined

  constructor({ atOnce, now = () => performance.now(), waitMs }: WaitingLineOptions) {
    this.#atOnce = atOnce
    this.#waitMs = waitMs
    this.#now = now
  }

  /** Waits for a turn, where others are before. */
  enter(): Turn | Promise<Turn> {
    if (this.#underway < this.#atOnce) return this.#turn(this.#now())
    return new Promise((take) => this.#line.push({ sinceMs: this.#now(), take }))
  }

  #turn(sinceMs: number): Turn {
    this.#underway++
    const begunMs = this.#now()
    const waitedMs = begunMs - sinceMs
    const level = this.#levelFor(waitedMs, begunMs)
    let isOver = false
    const end = () => {
      if (isOver) return
      isOver = true
      this.#underway--
      if (level === Level.LEVEL_FULL) this.#pageMs += (this.#now() - begunMs - this.#pageMs) / remembered
      const next = this.#line.shift()
      next?.take(this.#turn(next.sinceMs))
    }
    return { level, waitedMs, end }
  }

  #levelFor(waitedMs: number, nowMs: number): Level {
    const isInTime = ({ pages, waits }: Rung) => waitedMs <= Math.max(waits * this.#waitMs, pages * this.#pageMs)
    // With nobody behind them, whoever takes long holds up nobody.
    if (this.#line.length === 0 || isInTime(rungs[0]!)) this.#standsSinceMs = undefined
    else this.#standsSinceMs ??= nowMs
    if (this.#standsSinceMs === undefined || nowMs - this.#standsSinceMs < burstMs) return Level.LEVEL_FULL
    return rungs.find(isInTime)?.level ?? Level.LEVEL_POPULAR
  }
}
