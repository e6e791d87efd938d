import type { Registry } from 'prom-client'
import type { Clock } from '../../clock.ts'
import { ReadingSpan } from './reading-span.ts'
import { type Reading, Readings } from './readings.ts'

/** Whether anybody watches or not, so often a point is kept, in ms: whoever comes sees the last ten minutes at once. */
const everyMs = 5_000
const mostPoints = 120
/** How far back rates and quantiles look, in ms. */
const windowMs = 60_000

export interface PulseParts {
  readonly clock: Clock
  readonly registry: Registry
  readonly isOpen: () => boolean
}

/** What was counted in the last minute, or since the start where that is less, and since the start. */
export interface Beat {
  /** Since 1970. */
  readonly timeMs: number
  readonly windowS: number
  readonly minute: ReadingSpan
  readonly total: ReadingSpan
}

/** What came of one step of a few seconds. */
export interface Step {
  readonly timeMs: number
  readonly seconds: number
  readonly step: ReadingSpan
  readonly minute: ReadingSpan
}

/** Reads the metrics every few seconds and makes points of what it reads, for as long as the server is open. */
export class Pulse<Point> {
  readonly startedMs: number
  readonly #startedAtMs = performance.now()
  readonly #parts: PulseParts
  readonly #pointOf: (step: Step) => Point
  readonly #readings: Readings
  /** As far back as the window reaches, oldest first. */
  readonly #recent: Reading[] = []
  readonly #points: Point[] = []
  #made = 0

  constructor(parts: PulseParts, pointOf: (step: Step) => Point) {
    this.#parts = parts
    this.#pointOf = pointOf
    this.#readings = new Readings(parts.registry)
    this.startedMs = parts.clock.now()
    const timer = setInterval(() => (parts.isOpen() ? void this.#keep() : clearInterval(timer)), everyMs)
    timer.unref()
  }

  async read(): Promise<Beat> {
    const newest = await this.#take()
    const older = this.#before(newest)
    return {
      timeMs: newest.timeMs,
      windowS: this.#secondsSince(older, newest),
      minute: new ReadingSpan(this.#readings, newest, older),
      total: new ReadingSpan(this.#readings, newest, undefined),
    }
  }

  /** The points that were made since there were `made` of them, as far as they are kept, and how many there are now. */
  pointsSince(made: number): { readonly points: readonly Point[]; readonly made: number } {
    const missing = Math.min(this.#made - made, this.#points.length)
    return { points: missing === 0 ? [] : this.#points.slice(-missing), made: this.#made }
  }

  async #keep(): Promise<void> {
    const reading = await this.#take()
    const previous = this.#recent.at(-1)
    this.#points.push(
      this.#pointOf({
        timeMs: reading.timeMs,
        seconds: this.#secondsSince(previous, reading),
        step: new ReadingSpan(this.#readings, reading, previous),
        minute: new ReadingSpan(this.#readings, reading, this.#before(reading)),
      }),
    )
    this.#made++
    if (this.#points.length > mostPoints) this.#points.shift()
    this.#recent.push(reading)
    while (this.#recent.length > 1 && reading.atMs - this.#recent[1]!.atMs >= windowMs) this.#recent.shift()
  }

  #take(): Promise<Reading> {
    return this.#readings.take(this.#parts.clock.now())
  }

  /** The newest reading that is as old as the window; undefined where none is yet. */
  #before({ atMs }: Reading): Reading | undefined {
    return this.#recent.findLast((reading) => atMs - reading.atMs >= windowMs)
  }

  #secondsSince(older: Reading | undefined, { atMs }: Reading): number {
    return (atMs - (older?.atMs ?? this.#startedAtMs)) / 1_000
  }
}
