import type { EventRecord, SlateRecord } from '../generated/vireo/record/v1/records.ts'
import { PersonRow_Kind as MarkKind } from '../generated/vireo/record/v1/state.ts'
import { UserVideoEvent_EventType as Type } from '../generated/vireo/v1/events.ts'
import type { Place } from '../ports/event-log.ts'
import { History, type HistoryChange } from './history.ts'
import { outcomesOf, visitMs } from './outcomes.ts'
import { RecentEvents } from './recent-events.ts'
import { Seen, type VideoHashes } from './seen.ts'

/** A break of this length ends a session. */
export const sessionGapS = 30 * 60
/** What was served and never displayed comes back after this, in a later session. */
const releaseAfterS = 60 * 60
const mostPages = 20
const mostMarks = 1_000

export interface PageRef {
  /** A 64-bit integer in decimal. */
  readonly requestId: string
  readonly pageNumber: number
  readonly timeS: number
  /** Where the slate lies in the log. */
  readonly place: Place
  /** Results that exploration placed. */
  readonly explored: number
}

/** Videos as numbers. */
export interface VideoNumbers extends VideoHashes {
  /** The number of a video, or -1 where it is unknown. */
  find(id: string): number
}

/**
 * What one person did and was shown. Everything in it follows from the log's records of that person, in their order
 * within each topic: in which order the topics are read makes no difference.
 */
export class PersonState {
  readonly seen = new Seen()
  readonly history: History
  readonly recentEvents = new RecentEvents()
  readonly recentSlates = new RecentEvents()
  /** By kind: what the person said about a creator, category or video (its id), and when, in s. */
  readonly marks = new Map<MarkKind, Map<string, number>>()
  /** The latest pages, oldest first. */
  pages: PageRef[] = []
  /** When an impression was reported last, in s. */
  impressionS = 0
  /** Where it was read from a row: videos of the row that are left out of it, as nobody here knew them. */
  lacks = 0

  constructor(history = new History()) {
    this.history = history
  }

  /** A page was served. */
  served(slate: SlateRecord, slots: readonly number[], place: Place, hashes: VideoHashes): void {
    const timeS = Math.floor(slate.timeMs / 1000)
    for (const slot of slots) if (slot >= 0) this.seen.show(slot, timeS, slate.imported, hashes)
    if (slate.imported) return
    const explored = slate.items.filter(({ propensity }) => propensity > 0).length
    let at = this.pages.length
    while (at > 0 && isLater(this.pages[at - 1]!, timeS, place)) at--
    this.pages.splice(at, 0, { requestId: slate.requestId, pageNumber: slate.pageNumber, timeS, place, explored })
    if (this.pages.length > mostPages) this.pages.shift()
  }

  /** Something was done; `slot` is -1 for an event without a video. */
  did(event: EventRecord, slot: number, hashes: VideoHashes): HistoryChange | undefined {
    const timeS = Math.floor(event.timeMs / 1000)
    if (event.type === Type.Impression) this.impressionS = Math.max(this.impressionS, timeS)
    if (slot >= 0) this.seen.show(slot, timeS, true, hashes)
    this.#mark(event, timeS)
    if (slot < 0) return undefined
    if (event.type === Type.Unlike) this.history.unlike(slot, timeS)
    const outcomes = outcomesOf(event)
    if (outcomes === 0) return undefined
    return this.history.add(slot, timeS, outcomes, event.watchMs, visitMs / 1000)
  }

  /** Makes room where too much was seen. The history keeps nothing that only the filter of what was seen knows. */
  settle(hashes: VideoHashes): void {
    const { seen } = this
    if (!seen.isFull) return
    seen.settle(hashes, this.releasedS(seen.timesS[seen.count - 1]!))
    this.history.keep((video) => seen.knows(video))
  }

  marked(kind: MarkKind): ReadonlyMap<string, number> {
    return this.marks.get(kind) ?? nothing
  }

  /** When the running session began, in s; `nowS` where there is none. Found by going back from sign of life to sign of life. */
  sessionStartAt(nowS: number): number {
    const { history, pages, seen } = this
    const signs = [
      { count: seen.count, timeS: (at: number) => seen.timesS[at]! },
      { count: history.count, timeS: (at: number) => history.timesS[at]! },
      { count: pages.length, timeS: (at: number) => pages[at]!.timeS },
    ]
    let startS = nowS
    for (let isLonger = true; isLonger; ) {
      isLonger = false
      for (const sign of signs) {
        while (sign.count > 0 && startS - sign.timeS(sign.count - 1) < sessionGapS) {
          startS = Math.min(startS, sign.timeS(--sign.count))
          isLonger = true
        }
      }
    }
    return startS
  }

  /** What was served before this (in s) and never displayed may be shown again; 0 where the client reports no impressions. */
  releasedS(nowS: number): number {
    return this.impressionS === 0 ? 0 : Math.min(nowS - releaseAfterS, this.sessionStartAt(nowS))
  }

  /** Results that exploration placed on the latest pages. */
  get exploredLately(): number {
    return this.pages.reduce((sum, { explored }) => sum + explored, 0)
  }

  /** Bytes of memory, about. */
  get bytes(): number {
    return 800 + this.seen.bytes + this.history.bytes + this.recentEvents.bytes + this.recentSlates.bytes + this.pages.length * 100
  }

  #mark(event: EventRecord, timeS: number): void {
    const [kind, id] = markOf(event)
    if (kind === undefined || id === '') return
    let marks = this.marks.get(kind)
    if (marks === undefined) {
      marks = new Map()
      this.marks.set(kind, marks)
    }
    const before = marks.get(id) ?? 0
    marks.delete(id)
    marks.set(id, Math.max(before, timeS))
    if (marks.size > mostMarks) marks.delete(oldestOf(marks))
  }
}

function isLater(page: PageRef, timeS: number, { partition, offset }: Place): boolean {
  if (page.timeS !== timeS) return page.timeS > timeS
  return page.place.partition === partition ? page.place.offset > offset : page.place.partition > partition
}

function oldestOf(marks: ReadonlyMap<string, number>): string {
  let [oldest, oldestS] = ['', Number.POSITIVE_INFINITY]
  for (const [id, timeS] of marks) if (timeS < oldestS || (timeS === oldestS && id < oldest)) [oldest, oldestS] = [id, timeS]
  return oldest
}

const nothing: ReadonlyMap<string, number> = new Map()

function markOf(event: EventRecord): [MarkKind | undefined, string] {
  switch (event.type) {
    case Type.Follow:
      return [MarkKind.KIND_FOLLOWS, event.creatorId]
    case Type.BlockCreator:
      return [MarkKind.KIND_BLOCKS, event.creatorId]
    case Type.NotInterested:
      if (event.category !== '') return [MarkKind.KIND_NOT_INTERESTED_CATEGORY, event.category]
      if (event.videoId !== '') return [MarkKind.KIND_NOT_INTERESTED_VIDEO, event.videoId]
      return [MarkKind.KIND_NOT_INTERESTED_CREATOR, event.creatorId]
    default:
      return [undefined, '']
  }
}
