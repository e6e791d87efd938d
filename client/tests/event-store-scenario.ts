import type { EventStore, SentEvent } from '../src/main.ts'

/** What every store does with the same calls; it needs nothing around it, so that it can run in a browser. */
export async function keepsEvents(store: EventStore): Promise<unknown> {
  const most = 4
  const event = (eventId: string, videoId = 'a'): SentEvent => ({ evtType: 'Like', userid: 'ada', eventId, videoId })
  const seen: unknown[] = []
  const look = async (count = 9, nowMs = 0) =>
    seen.push((await store.read(count, nowMs)).map(({ eventId, videoId }) => `${eventId}:${videoId}`))
  await look()
  for (const id of ['1', '2', '3']) await store.put({ event: event(id), sendAfterMs: 0 }, most)
  await look()
  await look(2)
  await store.put({ event: event('4'), sendAfterMs: 50 }, most)
  await look()
  await look(9, 50)
  // The same id again takes its place.
  await store.put({ event: event('4', 'b'), sendAfterMs: 0 }, most)
  await look()
  seen.push((await store.put({ event: event('5'), sendAfterMs: 0 }, most)).map(({ eventId }) => eventId))
  await store.remove(['3', 'none'])
  await look()
  seen.push(await store.alone(async () => 'alone'))
  await store.close()
  return seen
}

export const kept = [
  [],
  ['1:a', '2:a', '3:a'],
  ['1:a', '2:a'],
  ['1:a', '2:a', '3:a'],
  ['1:a', '2:a', '3:a', '4:a'],
  ['1:a', '2:a', '3:a', '4:b'],
  ['1'],
  ['2:a', '4:b', '5:a'],
  'alone',
]
