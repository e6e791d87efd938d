import { outcome } from './outcomes.ts'

/** Most interactions kept of a person. */
export const historyLength = 256

export interface Interaction {
  /** The video's slot. */
  video: number
  /** When it began, in s since 1970. */
  timeS: number
  /** Bits of `outcome`. */
  outcomes: number
  /** How long it was watched; undefined if unknown. */
  watchMs: number | undefined
}

/** The last things a person did, in the order of time. */
export class History {
  readonly entries: Interaction[] = []

  /**
   * Adds what an event says: to the visit of the same video that it belongs to, or as a visit of its own. A second
   * play is a visit of its own. Returns the interaction as it now is, and its outcomes from before.
   */
  add(video: number, timeS: number, outcomes: number, watchMs: number | undefined, visitS: number): { entry: Interaction; before: number } {
    const isPlay = (outcomes & outcome.watched) !== 0
    const visit = this.entries.findLast(
      (entry) => entry.video === video && Math.abs(entry.timeS - timeS) <= visitS && !(isPlay && (entry.outcomes & outcome.watched) !== 0),
    )
    if (visit !== undefined) {
      const before = visit.outcomes
      visit.outcomes |= outcomes
      if (watchMs !== undefined) visit.watchMs = watchMs
      return { entry: visit, before }
    }
    const entry = { video, timeS, outcomes, watchMs }
    let at = this.entries.length
    while (at > 0 && this.entries[at - 1]!.timeS > timeS) at--
    this.entries.splice(at, 0, entry)
    if (this.entries.length > historyLength) this.entries.shift()
    return { entry, before: 0 }
  }

  /** Whether any kept interaction with the video has one of these outcomes. */
  has(video: number, outcomes: number): boolean {
    return this.entries.some((entry) => entry.video === video && (entry.outcomes & outcomes) !== 0)
  }

  /** Takes an outcome back, as an unlike does. */
  clear(video: number, outcomes: number): void {
    for (const entry of this.entries) if (entry.video === video) entry.outcomes &= ~outcomes
  }
}
