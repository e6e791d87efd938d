import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Registry } from 'prom-client'
import type { Leases } from '../ports/leases.ts'
import { registerSnapshots } from './snapshot-metrics.ts'
import { SnapshotSchedule, type SnapshotScheduleParts } from './snapshot-schedule.ts'

const everyMs = 20

test('a snapshot is taken when the newest is old enough, and not before', async (t) => {
  const ages = [5, everyMs]
  const { started, takes } = schedule(t, { age: async () => ages.shift() ?? 0 })
  await takes(1)
  assert.deepEqual(ages, [])
  assert.equal(started(), 1)
})

test('of servers that share a state one takes them, and another goes on where that one ends', async (t) => {
  const leases = oneAtATime()
  const first = schedule(t, { leases })
  await first.takes(2)
  const second = schedule(t, { leases })
  await first.takes(4)
  assert.equal(second.started(), 0)
  await first.close()
  const before = first.started()
  await second.takes(2)
  assert.equal(first.started(), before)
})

test('what fails is told, and tried again', async (t) => {
  const errors: unknown[] = []
  const failure = new Error('no room')
  const { takes } = schedule(t, {
    onError: (error) => errors.push(error),
    take: async () => {
      if (errors.length < 2) throw failure
      return 0
    },
  })
  await takes(3)
  assert.deepEqual(errors, [failure, failure])
})

test('whoever ends gives up the one that is being taken', async (t) => {
  const errors: unknown[] = []
  const { close, takes } = schedule(t, {
    onError: (error) => errors.push(error),
    take: (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  })
  await takes(1)
  await close()
  assert.deepEqual(errors, [])
})

test('metrics tell of the newest, what the last one took, and failures; those of a server that waits for its turn know nothing', async (t) => {
  const leases = oneAtATime()
  const begun = Promise.withResolvers<void>()
  let failures = 0
  const first = schedule(t, {
    leases,
    everyMs: 50,
    age: async () => 50,
    onError: () => failures++,
    async take(signal) {
      if (failures === 0) throw new Error('no room')
      if (failures === 1 && (await first.metrics()).includes('vireo_snapshot_seconds Nan')) return 7_000
      begun.resolve()
      return new Promise<number>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    },
  })
  await begun.promise
  const second = schedule(t, { leases })
  const [age, bytes, seconds, failed] = await first.metrics()
  const numberOf = (line = '') => Number(line.split(' ')[1])
  assert.ok(numberOf(age) >= 0.05 && numberOf(age) < 60, age)
  assert.ok(numberOf(seconds) >= 0 && numberOf(seconds) < 60, seconds)
  assert.deepEqual([bytes, failed], ['vireo_snapshot_bytes 7000', 'vireo_snapshot_failures_total 1'])
  assert.deepEqual(await second.metrics(), [
    'vireo_snapshot_age_seconds Nan',
    'vireo_snapshot_bytes Nan',
    'vireo_snapshot_seconds Nan',
    'vireo_snapshot_failures_total 0',
  ])
  await first.close()
  assert.equal((await first.metrics())[0], 'vireo_snapshot_age_seconds Nan')
})

/** A running one whose newest snapshot is always old, and counts how often it begins to take one. */
function schedule(t: TestContext, { take = async () => 0, ...parts }: Partial<SnapshotScheduleParts>) {
  let started = 0
  let onStart: () => void = () => undefined
  const taking = new SnapshotSchedule({
    leases: oneAtATime(),
    name: 'state',
    everyMs,
    age: async () => Number.POSITIVE_INFINITY,
    onError: (error) => assert.fail(error as Error),
    ...parts,
    take(signal) {
      started++
      onStart()
      return take(signal)
    },
  })
  t.after(() => taking.close())
  taking.start()
  return {
    metrics: async () => {
      const registry = new Registry()
      registerSnapshots(registry, taking)
      return (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    },
    started: () => started,
    close: () => taking.close(),
    /** Waits until so many have begun. */
    async takes(count: number): Promise<void> {
      while (started < count) {
        const { promise, resolve } = Promise.withResolvers<void>()
        onStart = resolve
        await promise
      }
    },
  }
}

/** As a lease in Redis is, within this process. */
function oneAtATime(): Leases {
  let last: Promise<unknown> = Promise.resolve()
  return {
    whileHeld(_, work, signal) {
      const done = last.then(() => (signal.aborted ? undefined : work(signal)))
      last = done
      return done
    },
  }
}
