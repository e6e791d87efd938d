import { longViewMs } from '../server/src/people/outcomes.ts'
import type { RecordedWatch } from './recorded.ts'
import { isLong, lengthClass } from './taste.ts'

/** How long people stay, given whether it is a long view: drawn from the recorded watches of videos about as long. */
export class Stays {
  /** In ms, by class of length and whether it is a long view. */
  readonly #recorded = new Map<string, number[]>()

  constructor(watches: readonly RecordedWatch[]) {
    for (const { video, watchMs } of watches) {
      const key = keyOf(video.lengthMs, isLong(watchMs, video.lengthMs))
      const stays = this.#recorded.get(key)
      if (stays === undefined) this.#recorded.set(key, [watchMs])
      else stays.push(watchMs)
    }
  }

  /**
   * In ms. Of a class of length of which nothing was recorded, the shortest that is a long view or none.
   *
   * @param chance a number in [0, 1) that decides which of the recorded
   */
  draw(lengthMs: number | undefined, long: boolean, chance: number): number {
    const longMs = Math.min(lengthMs ?? longViewMs, longViewMs)
    const stays = this.#recorded.get(keyOf(lengthMs, long))
    const stay = stays?.[Math.floor(chance * stays.length)] ?? 0
    return long ? Math.max(stay, longMs) : Math.min(stay, longMs - 1)
  }
}

const keyOf = (lengthMs: number | undefined, long: boolean) => `${lengthClass(lengthMs)}|${long}`
