import {
  SendEventsRequest,
  type SendEventsResponse,
  UserVideoEvent_EventType as Type,
  UserVideoEvent,
} from '../../server/src/generated/vireo/v1/events.ts'
import type { RecsResponse } from '../../server/src/generated/vireo/v1/feed.ts'
import { call, eventClient } from './clients.ts'
import { random, whole } from './random.ts'

const eventsPerBatch = 100
/** Calls that one client has open at the same time. */
const inFlight = 8

/** What somebody may do with the pages they were given: each video is on the screen, watched, and now and then liked or shared. */
export function eventsOf(page: RecsResponse, userid: string): UserVideoEvent[] {
  return page.results.flatMap(({ videoId, tracking }, position) => {
    const event = (evtType: Type, more: Partial<UserVideoEvent> = {}) => {
      const eventId = `${page.requestId}.${position}.${evtType}`
      return UserVideoEvent.fromPartial({ evtType, userid, videoId, tracking, eventId, evtTime: now(), ...more })
    }
    const events = [event(Type.Impression), event(Type.Watch, { watchMs: whole(40_000) })]
    if (random() < 0.05) events.push(event(Type.Like))
    if (random() < 0.01) events.push(event(Type.Share))
    return events
  })
}

/** Batches as a collector makes them: of some people each, what they did in a row. */
export function batchesOf(events: readonly UserVideoEvent[]): SendEventsRequest[] {
  const batches: SendEventsRequest[] = []
  for (let at = 0; at + eventsPerBatch <= events.length; at += eventsPerBatch) {
    batches.push(SendEventsRequest.create({ events: events.slice(at, at + eventsPerBatch) }))
  }
  return batches
}

/** Sends batches from one client, several at a time; how many events a second became durable. */
export async function sendEvents(address: string, batches: readonly SendEventsRequest[]): Promise<number> {
  const client = eventClient(address)
  let next = 0
  const started = performance.now()
  const send = async () => {
    while (next < batches.length) {
      const batch = batches[next++]!
      const { accepted } = await call<SendEventsRequest, SendEventsResponse>(client, client.sendEvents, batch)
      if (accepted !== batch.events.length) throw new Error(`Of ${batch.events.length} events ${accepted} were accepted.`)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, send))
  client.close()
  return (batches.length * eventsPerBatch) / ((performance.now() - started) / 1_000)
}

function now() {
  const ms = Date.now()
  return { seconds: BigInt(Math.floor(ms / 1_000)), nanos: (ms % 1_000) * 1e6 }
}
