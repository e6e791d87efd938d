import { nextCapacity } from '../catalog/id-table.ts'
import { outcome } from './outcomes.ts'

/** Most interactions kept of a person. */
export const historyLength = 256

export interface Interaction {
  /** The video's slot. */
  readonly video: number
  /** When it began, in s since 1970. */
  readonly timeS: number
  /** Bits of `outcome`. */
  readonly outcomes: number
  /** How long it was watched; undefined if unknown. */
  readonly watchMs: number | undefined
}

/** Where an event found its place, and the outcomes that were there before. */
export interface HistoryChange {
  readonly at: number
  readonly before: number
}

const none32 = new Uint32Array(0)
const none16 = new Uint16Array(0)

/** The last things a person did, in the order of time, as columns: people by the ten thousand are kept in memory. */
export class History {
  /** Most that are kept. */
  readonly most: number
  count = 0
  /** Slots. */
  videos = none32
  /** In s since 1970. */
  timesS = none32
  /** Bits of `outcome`. */
  outcomes = none16
  /** Watched tenths of a second plus one; 0 is unknown. */
  tenths = none32

  constructor(most = historyLength) {
    this.most = most
  }

  /** What a row keeps of it. */
  get kept(): History {
    return this
  }

  /** One by one, for those who need few. */
  get entries(): Interaction[] {
    return Array.from({ length: this.count }, (_, at) => ({
      video: this.videos[at]!,
      timeS: this.timesS[at]!,
      outcomes: this.outcomes[at]!,
      watchMs: this.tenths[at] === 0 ? undefined : (this.tenths[at]! - 1) * 100,
    }))
  }

  /**
   * Adds what an event says: to the visit of the same video that it belongs to, or as a visit of its own. A second
   * play is a visit of its own. Undefined for what is older than all that is kept.
   */
  add(video: number, timeS: number, outcomes: number, watchMs: number | undefined, visitS: number): HistoryChange | undefined {
    const tenths = watchMs === undefined ? 0 : Math.floor(watchMs / 100) + 1
    const visit = this.#visit(video, timeS, outcomes, visitS)
    if (visit >= 0) {
      const before = this.outcomes[visit]!
      this.outcomes[visit] = before | outcomes
      if (tenths > 0) this.tenths[visit] = tenths
      return { at: visit, before }
    }
    if (this.count === this.most) {
      if (timeS < this.timesS[0]!) return undefined
      this.dropOldest()
    }
    let at = this.count
    while (at > 0 && this.timesS[at - 1]! > timeS) at--
    this.insert(at, video, timeS, outcomes, tenths)
    return { at, before: 0 }
  }

  /** Adds an interaction in its place. */
  insert(at: number, video: number, timeS: number, outcomes: number, tenths: number): void {
    this.append(video, timeS, outcomes, tenths)
    if (at === this.count - 1) return
    this.#move(at, at + 1, this.count - 1 - at)
    this.#set(at, video, timeS, outcomes, tenths)
  }

  dropOldest(): void {
    this.#move(1, 0, --this.count)
  }

  /** Makes room for so many. */
  reserve(interactions: number): void {
    const capacity = Math.min(this.most, interactions)
    if (capacity <= this.videos.length) return
    const { videos, timesS, outcomes, tenths } = this
    // In one piece, as in `Seen`.
    const buffer = new ArrayBuffer(capacity * 14)
    this.videos = new Uint32Array(buffer, 0, capacity)
    this.timesS = new Uint32Array(buffer, capacity * 4, capacity)
    this.tenths = new Uint32Array(buffer, capacity * 8, capacity)
    this.outcomes = new Uint16Array(buffer, capacity * 12, capacity)
    this.videos.set(videos)
    this.timesS.set(timesS)
    this.tenths.set(tenths)
    this.outcomes.set(outcomes)
  }

  /** Adds an interaction that comes after all others. */
  append(video: number, timeS: number, outcomes: number, tenths: number): void {
    if (this.count === this.videos.length) this.reserve(nextCapacity(Math.max(this.count, 2)))
    this.#set(this.count++, video, timeS, outcomes, tenths)
  }

  /** Adds what a row has kept, in its order. */
  restore(video: number, timeS: number, outcomes: number, tenths: number): void {
    this.append(video, timeS, outcomes, tenths)
  }

  /** Whether any kept interaction with the video has one of these outcomes. */
  has(video: number, outcomes: number): boolean {
    for (let at = 0; at < this.count; at++) if (this.videos[at] === video && (this.outcomes[at]! & outcomes) !== 0) return true
    return false
  }

  /** Forgets the videos for which `isKept` is false. */
  keep(isKept: (video: number) => boolean): void {
    const { count, videos, timesS, outcomes, tenths } = this
    this.count = 0
    for (let at = 0; at < count; at++) if (isKept(videos[at]!)) this.append(videos[at]!, timesS[at]!, outcomes[at]!, tenths[at]!)
  }

  /** Takes a like back. */
  unlike(video: number, _timeS: number): void {
    for (let at = 0; at < this.count; at++) if (this.videos[at] === video) this.outcomes[at]! &= ~outcome.like
  }

  /** Bytes of memory, about. */
  get bytes(): number {
    return this.videos.length * 14
  }

  /** The latest visit that an event belongs to, or -1. */
  #visit(video: number, timeS: number, outcomes: number, visitS: number): number {
    const isPlay = (outcomes & outcome.watched) !== 0
    for (let at = this.count - 1; at >= 0; at--) {
      if (this.videos[at] !== video || Math.abs(this.timesS[at]! - timeS) > visitS) continue
      if (!isPlay || (this.outcomes[at]! & outcome.watched) === 0) return at
    }
    return -1
  }

  #set(at: number, video: number, timeS: number, outcomes: number, tenths: number): void {
    this.videos[at] = video
    this.timesS[at] = timeS
    this.outcomes[at] = outcomes
    this.tenths[at] = tenths
  }

  #move(from: number, to: number, length: number): void {
    for (const column of [this.videos, this.timesS, this.outcomes, this.tenths]) column.copyWithin(to, from, from + length)
  }
}
