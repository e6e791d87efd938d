import { Video, VideoState } from '../server/src/generated/vireo/v1/catalog.ts'
import { UserVideoEvent_EventType as Type, UserVideoEvent } from '../server/src/generated/vireo/v1/events.ts'
import { RecsRequest } from '../server/src/generated/vireo/v1/feed.ts'
import type { Services } from '../server/src/services.ts'
import type { Visit } from './population.ts'
import type { Upload } from './uploads.ts'

/** A clock that is moved by hand. */
export class SimulatedClock {
  ms: number

  constructor(ms: number) {
    this.ms = ms
  }

  now(): number {
    return this.ms
  }
}

export interface WatchedVideo {
  readonly videoId: string
  readonly source: string
  readonly watchMs: number
}

export interface WatchedPage {
  readonly person: string
  readonly timeMs: number
  readonly videos: readonly WatchedVideo[]
  /** Made without a stage. */
  readonly isDegraded: boolean
}

export interface DayParts {
  readonly services: Pick<Services, 'catalog' | 'events' | 'feed'>
  readonly clock: SimulatedClock
  readonly untilMs: number
  /** Both in the order of time. */
  readonly visits: readonly Visit[]
  readonly uploads: readonly Upload[]
  /** How long somebody watches a video. */
  readonly watchMs: (visit: Visit, videoId: string) => number
  readonly onPage: (page: WatchedPage) => void
  readonly signal: AbortSignal
}

export const pageLength = 10
/** What is due within this time happens at its end, in ms: so much becomes durable together. */
export const stepMs = 15_000
/** Pages that are asked for at the same time. */
const sideBySide = 128

/**
 * Lets a day pass: videos are uploaded, people come, watch a page to its end and say what they watched, all of it
 * through the server's own services. What a step begins with was acknowledged in the steps before.
 */
export async function runDay({ services, clock, untilMs, visits, uploads, watchMs, onPage, signal }: DayParts): Promise<void> {
  /** By the time at which they are sent. */
  const reports = new Map<number, UserVideoEvent[]>()
  const [dueUploads, dueVisits] = [inOrder(uploads), inOrder(visits)]
  while (clock.ms < untilMs) {
    clock.ms += stepMs
    const timeMs = clock.ms
    await services.catalog.put(dueUploads(timeMs).map(videoOf), signal)
    await services.events.accept(reports.get(timeMs) ?? [], signal)
    reports.delete(timeMs)
    const due = dueVisits(timeMs)
    for (let at = 0; at < due.length; at += sideBySide) {
      const some = due.slice(at, at + sideBySide)
      const pages = await Promise.all(some.map((visit) => services.feed.getVideos(requestOf(visit), signal)))
      for (const [n, { results, degraded }] of pages.entries()) {
        const visit = some[n]!
        const videos = results.map(({ videoId, source }) => ({ videoId, source, watchMs: watchMs(visit, videoId) }))
        onPage({ person: visit.person, timeMs, videos, isDegraded: degraded.length > 0 })
        const events = results.map(({ tracking }, position) => watchOf(visit, position, videos[position]!, tracking))
        const sentMs = timeMs + Math.max(1, Math.ceil((inTurn(events, timeMs) - timeMs) / stepMs)) * stepMs
        reports.set(sentMs, [...(reports.get(sentMs) ?? []), ...events])
      }
    }
  }
}

const watchOf = ({ person, timeMs }: Visit, position: number, { videoId, watchMs }: WatchedVideo, tracking: string) =>
  UserVideoEvent.fromPartial({ evtType: Type.Watch, userid: person, videoId, tracking, eventId: `${timeMs}-${position}`, watchMs })

/** Gives each watch the time at which it ends, and returns the last. */
function inTurn(watches: readonly UserVideoEvent[], startMs: number): number {
  let timeMs = startMs
  for (const watch of watches) {
    timeMs += watch.watchMs!
    watch.evtTime = { seconds: BigInt(Math.floor(timeMs / 1_000)), nanos: (timeMs % 1_000) * 1e6 }
  }
  return timeMs
}

/** Takes what is due by a time from a list in the order of time. */
function inOrder<Timed extends { readonly timeMs: number }>(list: readonly Timed[]): (nowMs: number) => Timed[] {
  let next = 0
  return (nowMs) => {
    const from = next
    while (next < list.length && list[next]!.timeMs <= nowMs) next++
    return list.slice(from, next)
  }
}

const videoOf = ({ videoId, creatorId, categories, lengthMs }: Upload) =>
  Video.fromPartial({
    videoId,
    creatorId,
    title: videoId,
    categories: categories.map((name) => ({ name, confidence: 1, source: 'creator' })),
    state: VideoState.VIDEO_STATE_CLEARED,
    ...(lengthMs !== undefined && { lengthMs }),
  })

const requestOf = ({ person, timeMs }: Visit) =>
  RecsRequest.fromPartial({ userid: person, requestId: BigInt(timeMs), resultPerPage: pageLength })
