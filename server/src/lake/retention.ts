import type { Place } from '../ports/event-log.ts'
import { committed, type Manifest } from '../ports/lake.ts'

/**
 * How far the log may be let go: what is in the lake, and in the saved state, and was accepted longer ago than `keepMs`.
 * A partition that the state does not save stays whole.
 */
export function retainable(manifest: Manifest, saved: readonly Place[], nowMs: number, keepMs: number): Place[] {
  const young = manifest.files.filter(({ maxAcceptedMs }) => maxAcceptedMs > nowMs - keepMs)
  return committed(manifest).flatMap((place) => {
    const state = saved.find(({ topic, partition }) => topic === place.topic && partition === place.partition)
    if (state === undefined) return []
    const kept = young
      .filter(({ table }) => table === place.topic)
      .flatMap(({ log }) => log.filter(({ partition }) => partition === place.partition).map(({ first }) => first))
    return [{ ...place, offset: Math.min(place.offset, state.offset, ...kept) }]
  })
}
