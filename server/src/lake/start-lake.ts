import { type Clock, hourMs, minuteMs } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { EventLog, Place } from '../ports/event-log.ts'
import type { Lake } from '../ports/lake.ts'
import type { Leases } from '../ports/leases.ts'
import { seededRandom } from '../random.ts'
import { LakeKeeping } from './lake-keeping.ts'
import { LogRetention } from './log-retention.ts'
import { LakeSink, type SinkParts } from './sink.ts'

/** Records and bytes that wait for a commit at most: what of them is in memory is in the writer's. */
export const lakeLimits = { maxRecords: 2_000_000, maxBytes: 128 * 2 ** 20 }
const retainEveryMs = 10 * minuteMs

export interface LakeParts {
  readonly eventLog: EventLog
  /** The positions of the log that the saved state reflects. */
  readonly saved: () => readonly Place[]
  readonly openWriter: SinkParts['openWriter']
  readonly openLake: () => Promise<Lake>
  /** Where other servers may write the same lake: one of them does at a time. */
  readonly leases: Leases | undefined
  readonly config: Config
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}

/** Brings the log into the lake from now on, and lets the log go of what is there. */
export function startLake(opened: AsyncDisposableStack, parts: LakeParts): LakeKeeping {
  const { clock, config, eventLog, leases, log, metrics, openLake, openWriter, saved } = parts
  const begin = () => {
    const sink = new LakeSink({
      log: eventLog,
      openWriter,
      limits: { ...lakeLimits, maxAgeMs: config.lake.commitSeconds * 1_000 },
      clock,
      random: seededRandom(process.pid, clock.now(), 0, 0),
      onError: (err) => log.error({ err }, 'the lake took nothing; it will be tried again'),
    })
    const retention = new LogRetention({
      log: eventLog,
      sink,
      // What `control` says is not saved: it is read from its beginning.
      saved: () => saved().filter(({ topic }) => topic !== 'control'),
      keepMs: config.log.keepHours * hourMs,
      everyMs: retainEveryMs,
      onError: (err) => log.error({ err }, 'the log let go of nothing; it will be tried again'),
    })
    return { sink, retention }
  }
  const keeping = opened.adopt(new LakeKeeping({ begin, leases, log: eventLog, openLake }), (keeping) => keeping.close())
  keeping.start()
  metrics.lake(
    () => keeping.lag(),
    () => keeping.isWriting,
  )
  return keeping
}
