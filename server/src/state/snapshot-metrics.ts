import { Counter, Gauge, type Registry } from 'prom-client'
import type { SnapshotSchedule } from './snapshot-schedule.ts'

/** What a new server would begin with, and what it took to put that there; NaN for what this server does not know. */
export function registerSnapshots(registry: Registry, snapshots: Pick<SnapshotSchedule, 'ageMs' | 'failures' | 'last'>): void {
  const gauge = (name: string, help: string, read: () => number | undefined) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read() ?? Number.NaN)
      },
    })
  gauge('vireo_snapshot_age_seconds', 'Age of the newest snapshot of the state; NaN where another server takes them.', () => {
    const ageMs = snapshots.ageMs()
    return ageMs === undefined ? undefined : ageMs / 1_000
  })
  gauge('vireo_snapshot_bytes', 'Size of the last snapshot that this server took, before compression.', () => snapshots.last?.bytes)
  gauge('vireo_snapshot_seconds', 'How long the last snapshot that this server took has taken.', () =>
    snapshots.last === undefined ? undefined : snapshots.last.tookMs / 1_000,
  )
  new Counter({
    name: 'vireo_snapshot_failures_total',
    help: 'Snapshots of the state that this server could not take.',
    registers: [registry],
    collect() {
      this.reset()
      this.inc(snapshots.failures)
    },
  })
}
