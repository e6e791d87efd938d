import type { EventLog, Extent, Place } from '../ports/event-log.ts'
import type { Lake, Manifest } from '../ports/lake.ts'
import { type ReplayOptions, readFromBeginning } from './replay.ts'

/** Of vectors of pages no state is made. */
const ofState = ({ topic }: Extent) => topic !== 'features'

/** Where the log has let go of records for the state that come after some positions; a partition without one is read from its beginning. */
export function gapsAfter(positions: readonly Place[], extents: readonly Extent[]): Extent[] {
  return extents.filter(ofState).filter(({ topic, partition, first }) => {
    const at = positions.find((place) => place.topic === topic && place.partition === partition)?.offset ?? 0
    return at < first
  })
}

/** The log for the state, as if it had let go of nothing: what is gone is read from the lake. */
export function wholeLog(log: EventLog, lake: Lake, options: ReplayOptions): Pick<EventLog, 'extents' | 'read'> {
  return {
    async extents() {
      const manifest = await lake.manifest()
      return (await log.extents()).map((extent) => (ofState(extent) ? withLake(extent, manifest) : extent))
    },
    async *read(from, signal) {
      for await (const records of readFromBeginning(lake, log, from, options, signal)) if (records.length > 0) yield records
    },
  }
}

/** From the first offset of the lake on; up to its last record, where the log has none. */
function withLake(extent: Extent, { files, reached }: Manifest): Extent {
  const { topic, partition } = extent
  const begun = reached.find((each) => each.topic === topic && each.partition === partition)
  if (begun === undefined) return extent
  const first = Math.min(begun.first, extent.first)
  if (extent.first < extent.end) return { ...extent, first }
  const ranges = files.filter(({ table }) => table === topic).flatMap(({ log }) => log.filter((range) => range.partition === partition))
  return { ...extent, first, end: ranges.reduce((end, range) => Math.max(end, range.end), first) }
}
