import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { takeSnapshot } from '../adapters/embedded/snapshot-process-client.ts'
import { savedPositions } from '../adapters/embedded/state-database.ts'
import { openSnapshots, snapshotPlace } from '../adapters/snapshot-place.ts'
import { minuteMs } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import { version } from '../operations.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { Leases } from '../ports/leases.ts'
import { endsOf, isOfLog, isWorthwhile } from '../state/snapshot-choice.ts'
import { SnapshotSchedule } from '../state/snapshot-schedule.ts'
import { stateNameOf } from './beside.ts'

const scratchOf = ({ dataDir }: Config) => join(dataDir, 'snapshot-scratch')

/**
 * Puts the newest snapshot that is of use into the data folder, where the state there is missing or far behind it. Never
 * rejects: without one, the state is made from log and lake.
 */
export async function beginWithSnapshot(config: Config, eventLog: Pick<EventLog, 'extents'>, log: Log): Promise<void> {
  const stateName = stateNameOf(config)
  const place = snapshotPlace(config, stateName)
  if (place === undefined) return
  const scratch = scratchOf(config)
  try {
    const own = savedPositions(join(config.dataDir, stateName))
    const extents = await eventLog.extents()
    if (!isWorthwhile(endsOf(extents), own, extents)) return
    const snapshots = await openSnapshots(place)
    for (const { id, ageMs } of await snapshots.newestFirst()) {
      const started = performance.now()
      try {
        const snapshot = await snapshots.read(id)
        if (!isOfLog(snapshot.positions, extents)) throw new Error('it is of another log, or the log has lost records')
        if (!isWorthwhile(snapshot.positions, own, extents)) return
        await snapshots.fetch(snapshot, scratch)
        for (const { path } of snapshot.files) await replace(join(scratch, path), join(config.dataDir, path))
        const seconds = (ms: number) => Math.round(ms / 1_000)
        log.info({ id, ageS: seconds(ageMs), fetchS: seconds(performance.now() - started) }, 'the state begins with a snapshot')
        return
      } catch (err) {
        log.warn({ err, id }, 'a snapshot of the state is of no use: the one before is tried')
      }
    }
  } catch (err) {
    log.warn({ err }, 'no snapshot of the state is to be had: it is made from log and lake')
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

export interface SharedState {
  readonly leases: Leases
  /** Writes what is in memory to the file. */
  save(): Promise<void>
}

/** Has one of the servers that share a state take a snapshot of it now and then; undefined where there is no place for them. */
export function keepSnapshots(
  opened: AsyncDisposableStack,
  config: Config,
  { leases, save }: SharedState,
  log: Log,
): SnapshotSchedule | undefined {
  const stateName = stateNameOf(config)
  const place = snapshotPlace(config, stateName)
  if (place === undefined) return undefined
  const start = { place, dataDir: config.dataDir, stateName, scratch: scratchOf(config), vireo: version }
  const schedule = new SnapshotSchedule({
    leases,
    name: stateName,
    everyMs: config.snapshots.everyMinutes * minuteMs,
    age: async () => (await (await openSnapshots(place)).newestFirst())[0]?.ageMs ?? Number.POSITIVE_INFINITY,
    async take(signal) {
      await save()
      const { bytes, id } = await takeSnapshot(start, signal)
      log.info({ id, bytes }, 'a snapshot of the state was taken')
      return bytes
    },
    onError: (err) => log.error({ err }, 'no snapshot of the state was taken; it will be tried again'),
  })
  opened.adopt(schedule, (schedule) => schedule.close())
  schedule.start()
  return schedule
}

/** SQLite's files beside a database go first: they are of the one that was there. */
async function replace(from: string, to: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm']) await rm(`${to}${suffix}`, { force: true })
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  await rename(from, to)
}
