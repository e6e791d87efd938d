import { History, type HistoryChange } from './history.ts'
import { visitMs } from './outcomes.ts'
import type { VideoHashes } from './seen.ts'

/** Most events kept of a person: a visit may take several. */
const mostEvents = 512
/** A bit beyond those of `outcome`: the event takes a like back. */
const unliked = 2 ** 14

/**
 * A history that does not depend on the order in which events come, nor on how often: it keeps the events themselves, by
 * time and, within a second, by the video's hash and what was done. The visits are what they make in that order.
 */
export class OrderedHistory extends History {
  readonly #events = new History(mostEvents)
  readonly #hashes: VideoHashes
  /** A bit for each video that has come, which others may share: of most there is no earlier visit to look for. */
  readonly #came = new Uint32Array(64)

  constructor(hashes: VideoHashes) {
    super()
    this.#hashes = hashes
  }

  override get kept(): History {
    return this.#events
  }

  /** Undefined, too, where an event came late: it may have changed any visit. */
  override add(video: number, timeS: number, outcomes: number, watchMs: number | undefined): HistoryChange | undefined {
    return this.#take(video, timeS, outcomes, watchMs === undefined ? 0 : Math.floor(watchMs / 100) + 1)
  }

  override unlike(video: number, timeS: number): void {
    this.#take(video, timeS, unliked, 0)
  }

  override reserve(interactions: number): void {
    super.reserve(interactions)
    this.#events.reserve(interactions)
  }

  override restore(video: number, timeS: number, outcomes: number, tenths: number): void {
    this.#events.append(video, timeS, outcomes, tenths)
    this.#apply(this.#events.count - 1)
  }

  override keep(isKept: (video: number) => boolean): void {
    this.#events.keep(isKept)
    this.#fold()
  }

  #take(video: number, timeS: number, outcomes: number, tenths: number): HistoryChange | undefined {
    const events = this.#events
    let at = events.count
    let order = -1
    while (at > 0) {
      order = this.#compare(at - 1, video, timeS, outcomes, tenths)
      if (order <= 0) break
      at--
    }
    if (at > 0 && order === 0) return undefined
    const isFull = events.count === events.most
    if (isFull) {
      if (at === 0) return undefined
      events.dropOldest()
      at--
    }
    events.insert(at, video, timeS, outcomes, tenths)
    if (!isFull && at === events.count - 1) return this.#apply(at)
    this.#fold()
    return undefined
  }

  #fold(): void {
    this.count = 0
    this.#came.fill(0)
    for (let at = 0; at < this.#events.count; at++) this.#apply(at)
  }

  #apply(at: number): HistoryChange | undefined {
    const { videos, timesS, outcomes, tenths } = this.#events
    const [video, timeS, done, watched] = [videos[at]!, timesS[at]!, outcomes[at]!, tenths[at]!]
    if (done === unliked) {
      super.unlike(video, timeS)
      return undefined
    }
    if (this.#comesAgain(video)) return super.add(video, timeS, done, watched === 0 ? undefined : (watched - 1) * 100, visitMs / 1000)
    if (this.count === this.most) this.dropOldest()
    this.append(video, timeS, done, watched)
    return { at: this.count - 1, before: 0 }
  }

  /** Whether it may have come before; from now on it has. */
  #comesAgain(video: number): boolean {
    const [word, bit] = [(video >>> 5) & 63, 1 << (video & 31)]
    const comesAgain = (this.#came[word]! & bit) !== 0
    this.#came[word]! |= bit
    return comesAgain
  }

  /** Above 0 where the kept event comes after the other. */
  #compare(at: number, video: number, timeS: number, outcomes: number, tenths: number): number {
    const events = this.#events
    const { high, low } = this.#hashes
    const own = events.videos[at]!
    return (
      events.timesS[at]! - timeS ||
      low[own]! - low[video]! ||
      high[own]! - high[video]! ||
      events.outcomes[at]! - outcomes ||
      events.tenths[at]! - tenths
    )
  }
}
