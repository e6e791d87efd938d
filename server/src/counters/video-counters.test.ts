import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hourMs } from '../clock.ts'
import { type HourlyMetric, hourlyMetrics, type Metric, metrics, windowsHours } from '../ports/counter-store.ts'
import { VideoCounters } from './video-counters.ts'

const startMs = Date.UTC(2026, 0, 15, 12, 20)
const slots = 12
const ids = { id: (slot: number) => `v${slot}`, find: (id: string) => Number(id.slice(1)) }

const metric = fc.constantFrom(...metrics)
const counted = fc.record({
  what: fc.constant('count' as const),
  slot: fc.nat(slots - 1),
  metrics: fc.uniqueArray(metric, { maxLength: 5 }),
  /** Before now, in ms; a little ahead too. */
  agoMs: fc.oneof(fc.integer({ min: -10 * 60_000, max: 100 * 60_000 }), fc.integer({ min: 0, max: 300 * hourMs }), fc.constant(undefined)),
})
const passed = fc.record({ what: fc.constant('pass' as const), ms: fc.oneof(fc.nat(3 * hourMs), fc.nat(200 * hourMs)) })
const taken = fc.record({ what: fc.constant('uncount' as const), slot: fc.nat(slots - 1), metric })
const kept = fc.record({ what: fc.constant('keep' as const), fails: fc.boolean() })
const history = fc.array(fc.oneof({ weight: 6, arbitrary: counted }, { weight: 2, arbitrary: passed }, taken, kept), { maxLength: 120 })

/** What is stored of the counters, and those made of it. */
function stored(counters: VideoCounters, disk: Map<string, Uint8Array>, fails: boolean): void {
  for (const { changes, name } of counters.tables) {
    changes.begin()
    for (let rows = changes.take(3); rows.length > 0; rows = changes.take(3)) {
      for (const [table, key, value] of fails ? [] : rows) {
        assert.equal(table, name)
        if (value === undefined) disk.delete(`${table} ${key}`)
        else disk.set(`${table} ${key}`, value.slice())
      }
    }
    changes.end(!fails)
  }
}

test('windows and totals equal a plain recount, at any time, also when they come back from the disk', () => {
  fc.assert(
    fc.property(history, (steps) => {
      const clock = { ms: startMs, now: () => clock.ms }
      const counters = new VideoCounters(clock, ids)
      const disk = new Map<string, Uint8Array>()
      const all: { slot: number; metric: Metric; timeMs: number | undefined }[] = []
      const totals = new Map<string, number>()
      const change = (slot: number, metric: Metric, by: number) => {
        const key = `${slot} ${metric}`
        totals.set(key, Math.max(0, (totals.get(key) ?? 0) + by))
      }
      const agrees = (checked: VideoCounters) => {
        // Whoever reads rolls the windows on first, as the charts do.
        const active = new Map(windowsHours.map((hours) => [hours, new Set(checked.active(hours))]))
        const now = Math.floor(clock.ms / hourMs)
        for (let slot = 0; slot < slots; slot++) {
          for (const metric of metrics) assert.equal(checked.total(metric, slot), totals.get(`${slot} ${metric}`) ?? 0, `${metric} in all`)
          for (const hours of windowsHours) {
            const inWindow = all.filter(({ slot: of, timeMs }) => {
              const hour = timeMs === undefined ? Number.NaN : Math.floor(timeMs / hourMs)
              return of === slot && hour <= now && hour > now - hours
            })
            for (const metric of hourlyMetrics) {
              const expected = inWindow.filter((each) => each.metric === metric).length
              assert.equal(checked.window(hours, metric, slot), expected, `${metric} in ${hours} h`)
              if (hours === 24 && metric === 'plays') assert.equal(checked.playsToday(slot), expected)
            }
            const isActive = inWindow.some(({ metric }) => hourlyMetrics.includes(metric as HourlyMetric))
            assert.equal(active.get(hours)!.has(slot), isActive, `active in ${hours} h`)
          }
        }
      }
      for (const step of steps) {
        if (step.what === 'pass') clock.ms += step.ms
        else if (step.what === 'keep') stored(counters, disk, step.fails)
        else if (step.what === 'uncount') {
          counters.uncount(step.slot, step.metric)
          change(step.slot, step.metric, -1)
        } else {
          const timeMs = step.agoMs === undefined ? undefined : clock.ms - step.agoMs
          counters.count(step.slot, timeMs, step.metrics)
          for (const metric of step.metrics) {
            change(step.slot, metric, 1)
            all.push({ slot: step.slot, metric, timeMs })
          }
        }
      }
      agrees(counters)
      stored(counters, disk, false)
      const again = new VideoCounters(clock, ids)
      for (const { load, name } of again.tables) {
        for (const [key, value] of disk) if (key.startsWith(`${name} `)) load!(key.slice(name.length + 1), value)
      }
      agrees(again)
      clock.ms += 30 * hourMs
      agrees(again)
      agrees(counters)
    }),
    { numRuns: 400 },
  )
})

test('counts stay at the largest int32', () => {
  const counters = new VideoCounters({ now: () => startMs }, ids)
  const largest = 2 ** 31 - 1
  counters.tables[0]!.load!('v3', new Uint8Array(Uint32Array.from(metrics, () => largest - 1).buffer))
  for (let n = 0; n < 3; n++) counters.count(3, startMs, ['served', 'comments'])
  assert.deepEqual(
    [counters.total('served', 3), counters.total('comments', 3), counters.total('likes', 3)],
    [largest, largest, largest - 1],
  )
})

test('a video without counts has none', () => {
  const counters = new VideoCounters({ now: () => startMs }, ids)
  counters.uncount(1, 'likes')
  assert.deepEqual([counters.total('likes', 1), counters.total('plays', 5_000), counters.window(24, 'plays', 5_000)], [0, 0, 0])
})
