import type { Likeness } from './likeness.ts'
import { windowLength } from './window.ts'

const others = windowLength - 1

/** What the videos of a ranking have in common with the window before a position. Two videos are compared at most once, and only when it is asked for. */
export class Redundancy {
  #likeness: Likeness = () => 0
  #shown: readonly number[] = []
  /** By place in the ranking: the likeness to the last of those shown, in a ring; nothing is less alike than 0. */
  #rings = new Float32Array(0)
  /** By place in the ranking: how many of those shown it has been compared with, or passed over. */
  #compared = new Uint32Array(0)

  /** `shown` is the slots of the window, oldest first; it grows as the page does. */
  begin(likeness: Likeness, shown: readonly number[], places: number): void {
    this.#likeness = likeness
    this.#shown = shown
    if (places > this.#compared.length) {
      this.#rings = new Float32Array(others * places)
      this.#compared = new Uint32Array(places)
    }
    this.#rings.fill(0, 0, others * places)
    this.#compared.fill(0, 0, places)
  }

  /** The mean likeness of the video in a place to the others of the window; places that are not filled yet are unlike anything. */
  of(place: number, slot: number): number {
    const shown = this.#shown
    const ring = place * others
    for (let at = Math.max(this.#compared[place]!, shown.length - others); at < shown.length; at++) {
      this.#rings[ring + (at % others)] = Math.max(0, this.#likeness(slot, shown[at]!))
    }
    this.#compared[place] = shown.length
    let sum = 0
    for (let at = ring; at < ring + others; at++) sum += this.#rings[at]!
    return sum / others
  }
}
