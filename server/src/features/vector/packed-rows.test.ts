import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hourMs, minuteMs } from '../../clock.ts'
import { anyRecords, startMs } from '../streams-for-tests.ts'
import { FeatureTiles } from '../tiles/feature-tiles.ts'
import { countedOfTheFeed } from './counted-of-the-feed.ts'
import { PackedRows } from './packed-rows.ts'

const { video } = countedOfTheFeed

test('a gathered row is what its tiles say now, whatever came, slid out of a window or was swept since', () => {
  const steps = fc.array(fc.record({ passMs: fc.nat(9 * 24 * hourMs), sweep: fc.nat(40), quickly: fc.boolean() }), { minLength: 1 })
  fc.assert(
    fc.property(anyRecords({ minLength: 1, maxLength: 150 }, 10 * 24 * hourMs), steps, (records, times) => {
      const tiles = new FeatureTiles({ views: video.map(({ view }) => view) })
      const rows = new PackedRows(tiles, video)
      const [{ view }] = video as [(typeof video)[0]]
      const ids = new Set(
        records.flatMap((each) => ('event' in each ? [each.event.videoId] : each.slate.items.map(({ videoId }) => videoId))),
      )
      let nowMs = startMs - 4 * 24 * hourMs
      tiles.expire(nowMs)
      const gathered = new Float32Array(rows.width)
      for (const [at, record] of records.entries()) {
        if ('event' in record) tiles.event(record.event)
        else tiles.slate(record.slate)
        const { passMs, quickly, sweep } = times[at % times.length]!
        nowMs += quickly ? passMs % minuteMs : passMs
        tiles.expire(nowMs, sweep)
        rows.sweep(nowMs, sweep)
        for (const id of ids) {
          const entity = tiles.reader(view).find(id)
          rows.copy(entity, nowMs, gathered, 0)
          // A table of its own has merged nothing before.
          const anew = new Float32Array(rows.width)
          readAnew(tiles, entity, nowMs, anew)
          assert.deepEqual(gathered, anew)
        }
      }
    }),
    { numRuns: 30 },
  )
})

function readAnew(tiles: FeatureTiles, entity: number, nowMs: number, into: Float32Array): void {
  let at = 0
  for (const { view, taken } of video) {
    const reader = tiles.reader(view)
    const values = new Float64Array(reader.width)
    reader.windowValues(entity, nowMs, values)
    for (const { windows, aggregations } of taken)
      for (const window of windows) for (const name of aggregations) into[at++] = values[reader.at(window, name)]!
  }
}

test('rows of several entities can be summed, and of nothing there is nothing to add', () => {
  const tiles = new FeatureTiles({ views: video.map(({ view }) => view) })
  const rows = new PackedRows(tiles, video)
  const row = new Float32Array(rows.width).fill(7)
  rows.add(-1, startMs, row, 0)
  assert.ok(row.every((value) => value === 7))
  rows.copy(-1, startMs, row, 0)
  assert.ok(row.every((value) => value === 0))
})
