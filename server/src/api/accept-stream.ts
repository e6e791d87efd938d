import { type StreamEventsRequest, StreamEventsResponse } from '../generated/vireo/v1/events.ts'
import type { Services } from '../services.ts'

/** More refusals than this are counted and not listed: a stream may be endless, its answer may not. */
const mostRefused = 1_000

/** Accepts batch after batch; the next is taken when the last is durable. Indexes count over the whole stream. */
export async function acceptStream(
  events: Services['events'],
  batches: AsyncIterable<StreamEventsRequest>,
  signal: AbortSignal,
): Promise<StreamEventsResponse> {
  const sum = StreamEventsResponse.create()
  let first = 0
  for await (const batch of batches) {
    const { accepted, duplicates, refused } = await events.accept(batch.events, signal)
    sum.accepted += accepted
    sum.duplicates += duplicates
    sum.refusedCount += refused.length
    const room = mostRefused - sum.refused.length
    for (const row of refused.slice(0, room)) sum.refused.push({ ...row, index: first + row.index })
    first += batch.events.length
  }
  return sum
}
