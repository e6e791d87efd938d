import { type Clock, hourMs, minuteMs } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { EventLog, Place } from '../ports/event-log.ts'
import { seededRandom } from '../random.ts'
import { LogRetention } from './log-retention.ts'
import { LakeSink } from './sink.ts'

/** Records and bytes that wait for a commit at most: what of them is in memory is in the writer's. */
const lakeLimits = { maxRecords: 2_000_000, maxBytes: 128 * 2 ** 20 }
const retainEveryMs = 10 * minuteMs

export interface LakeParts {
  readonly eventLog: EventLog
  /** The positions of the log that the saved state reflects. */
  readonly saved: () => readonly Place[]
  readonly openWriter: ConstructorParameters<typeof LakeSink>[0]['openWriter']
  readonly config: Config
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}

/** Brings the log into the lake from now on, and lets the log go of what is there. */
export function startLake(opened: AsyncDisposableStack, { eventLog, saved, openWriter, config, clock, log, metrics }: LakeParts): LakeSink {
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
  opened.adopt(retention, (retention) => retention.close())
  opened.adopt(sink, (sink) => sink.close())
  sink.start()
  retention.start()
  metrics.lake(() => sink.lag())
  return sink
}
