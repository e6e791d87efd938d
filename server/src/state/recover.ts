import type { EventLog } from '../ports/event-log.ts'
import type { LiveState } from './live-state.ts'

/** The state is saved so often on the way, in ms, and not before this many times what the last save took: reading goes on after it. */
const saveEveryMs = 30_000
const pauseFactor = 4

export interface RecoverParts {
  readonly log: Pick<EventLog, 'extents' | 'read'>
  readonly state: Pick<LiveState, 'apply' | 'positions'>
  /** Makes the state durable as it is, with its positions: whoever is killed on a long way begins near where they were. */
  readonly save: () => Promise<void>
  readonly everyMs?: number
}

/** Applies what the log holds beyond the state, up to the log's end as it is now. Returns how many records that were. */
export async function recover({ everyMs = saveEveryMs, log, save, state }: RecoverParts): Promise<number> {
  let applied = 0
  let dueMs = performance.now() + everyMs
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
      const beganMs = performance.now()
      if (beganMs >= dueMs) {
        await save()
        const savedMs = performance.now()
        dueMs = savedMs + Math.max(everyMs, pauseFactor * (savedMs - beganMs))
      }
      if (records.at(-1)!.offset + 1 >= end) break
    }
    done.abort()
  }
  return applied
}
