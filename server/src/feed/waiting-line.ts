import { Level } from '../generated/vireo/v1/feed.ts'

/** While the last in line would wait for no more than so many times what it may, a page may be at this level. */
interface Rung {
  readonly level: Level
  readonly times: number
}

/** Best first; in a line that is longer than for all of them, popular videos are shown. */
const rungs: readonly Rung[] = [
  { level: Level.LEVEL_FULL, times: 1 },
  { level: Level.LEVEL_LIGHT_RANKING, times: 1.25 },
  { level: Level.LEVEL_NO_RANKING, times: 3 },
]

/** So many pages may wait in any case, however long one takes. */
const leastPages = 2
/** Of how long a line may be, the share that it may be for good. */
const calmShare = 0.5
/** When it has been longer than that for so long, in ms, it stands; and no more, when it has been no longer for so long. */
const standsAfterMs = 200
const passedAfterMs = 400
/** Pages that count for how long one takes. */
const remembered = 32

export interface WaitingLineOptions {
  /** Pages that are worked on at the same time. */
  readonly atOnce: number
  /** How long the last in line may have to wait, in ms. */
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
  /** To be called when there is nothing more to compute for the page. */
  made(): void
  /** To be called at the end, also where there is no page. */
  end(): void
}

interface Waiting {
  readonly sinceMs: number
  readonly take: (turn: Turn) => void
}

/**
 * Where requests wait until it is their turn, so that what is begun is soon made. Whoever comes first goes first: pages
 * that are all begun at once all end late. Who has a turn gets a page that takes less work where the line behind is so long that
 * its last would wait too long, were all before it to get full pages. A line may be long for a moment, and half as long for good: one
 * that has been longer for a while stands (as CoDel tells a standing queue by the least of its delays, RFC 8289).
 */
export class WaitingLine {
  readonly #atOnce: number
  readonly #waitMs: number
  readonly #now: () => number
  readonly #line: Waiting[] = []
  #underway = 0
  /** What a page at level full took lately. */
  #pageMs = 0
  /** Pages at level full. */
  #pages = 0
  /** Whether the line is longer than it may be for good, and since when it is or is not. */
  #isLong = false
  #sinceMs = 0
  #stands = false

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
    const level = this.#levelAt(begunMs)
    let isOver = false
    const end = () => {
      if (isOver) return
      isOver = true
      this.#underway--
      const next = this.#line.shift()
      next?.take(this.#turn(next.sinceMs))
    }
    const made = () => {
      if (level === Level.LEVEL_FULL && !isOver) this.#learn(this.#now() - begunMs)
      end()
    }
    return { level, waitedMs: begunMs - sinceMs, made, end }
  }

  #learn(tookMs: number): void {
    this.#pages++
    this.#pageMs += (tookMs - this.#pageMs) / Math.min(this.#pages, remembered)
  }

  #levelAt(nowMs: number): Level {
    const turnMs = this.#pageMs / this.#atOnce
    const lastWaitsMs = this.#line.length * turnMs
    const mostMs = Math.max(this.#waitMs, leastPages * turnMs)
    const isLong = lastWaitsMs > calmShare * mostMs
    if (isLong !== this.#isLong) this.#sinceMs = nowMs
    this.#isLong = isLong
    if (nowMs - this.#sinceMs >= (isLong ? standsAfterMs : passedAfterMs)) this.#stands = isLong
    const limitMs = this.#stands ? calmShare * mostMs : mostMs
    return rungs.find(({ times }) => lastWaitsMs <= times * limitMs)?.level ?? Level.LEVEL_POPULAR
  }
}
