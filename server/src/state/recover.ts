import type { EventLog } from '../ports/event-log.ts'
import type { LiveState } from './live-state.ts'

/** Applies what the log holds beyond the state, up to the log's end as it is now. Returns how many records that were. */
export async function recover(log: Pick<EventLog, 'extents' | 'read'>, state: LiveState): Promise<number> {
  let applied = 0
  const reached = new Map(state.positions().map((place) => [`${place.topic}/${place.partition}`, place.offset]))
  // The catalogue first: what people did refers to it.
  const extents = (await log.extents()).toSorted((a, b) => Number(b.topic === 'catalog') - Number(a.topic === 'catalog'))
  for (const { topic, partition, first, end } of extents) {
    const from = Math.max(first, reached.get(`${topic}/${partition}`) ?? 0)
    if (from >= end) continue
    const done = new AbortController()
    for await (const records of log.read({ topic, partition, offset: from }, done.signal)) {
      for (const record of records) state.apply(record)
      applied += records.length
      if (records.at(-1)!.offset + 1 >= end) break
    }
    done.abort()
  }
  return applied
}
