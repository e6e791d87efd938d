import { LakeProcess } from '../adapters/embedded/lake-process-client.ts'
import type { LakePlace } from '../adapters/lake-place.ts'
import type { SharedEngines } from '../adapters/shared-engines.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { LakeKeeping } from '../lake/lake-keeping.ts'
import { startLake } from '../lake/start-lake.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { compactedTopics, type EventLog, type Place } from '../ports/event-log.ts'
import type { Lake } from '../ports/lake.ts'
import { hasRole } from '../roles.ts'
import { lakeOptions } from './beside.ts'

export interface LakeSources {
  readonly eventLog: EventLog
  readonly lakePlace: LakePlace
  readonly openLake: () => Promise<Lake>
  /** Where several servers share the log. */
  readonly engines: SharedEngines | undefined
  /** The positions of the log that the saved state reflects. */
  readonly saved: () => readonly Place[]
}

/** Brings the log into the lake, where that is this server's to do; undefined where it is not. */
export function writeLake(
  opened: AsyncDisposableStack,
  config: Config,
  { clock, log, metrics }: { readonly clock: Clock; readonly log: Log; readonly metrics: Metrics },
  { engines, eventLog, lakePlace, openLake, saved }: LakeSources,
): LakeKeeping | undefined {
  if (!config.lake.enabled || !hasRole(config, 'lake')) return undefined
  const writers = opened.adopt(new LakeProcess({ ...lakePlace, options: lakeOptions(config) }), (process) => process.end())
  return startLake(opened, {
    ...{ eventLog, openLake, config, clock, log, metrics },
    // A lake in a folder is a server's own.
    leases: 'url' in lakePlace ? engines?.leases : undefined,
    // What a shared log compacts is what a new server begins with.
    saved: () => saved().filter(({ topic }) => engines === undefined || !compactedTopics.has(topic)),
    openWriter: () => writers.open(),
  })
}
