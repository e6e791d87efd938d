import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { View } from '../language/view.ts'
import { otherViews } from '../sql/views-for-tests.ts'
import { allFeedViews, feedViews } from '../views/feed-views.ts'
import { TileJson } from './tile-json.ts'

const nothing = new Uint8Array()
const integer = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.maxSafeInteger())
const text = fc.oneof(fc.string({ minLength: 1, unit: 'binary' }), fc.string({ minLength: 1 }))

/** A tile with the columns that a view's have. */
const tileOf = (view: View) =>
  fc.record({
    entity: fc.tuple(...Object.keys(view.entity).map((name): fc.Arbitrary<string | number> => (name === 'length_bucket' ? integer : text))),
    hopMs: fc.nat(),
    startMs: fc.maxSafeNat(),
    values: fc.tuple(...Object.keys(view.aggregations).map(() => fc.oneof({ weight: 5, arbitrary: integer }, fc.constant(null)))),
  })
const anyTile = fc.constantFrom(...allFeedViews, ...otherViews).chain((view) => tileOf(view).map((tile) => ({ view, tile })))

type AnyTile = typeof anyTile extends fc.Arbitrary<infer Tile> ? Tile : never

const columnsOf = ({ view, tile: { entity, hopMs, startMs, values } }: AnyTile): [string, unknown][] => [
  ['view', view.name],
  ['version', view.version],
  ...Object.keys(view.entity).map((name, at): [string, unknown] => [name, entity[at]]),
  ['hop_ms', hopMs],
  ['hop_start_ms', startMs],
  ...Object.keys(view.aggregations).map((name, at): [string, unknown] => [name, values[at]]),
]

test('a tile is read as it was written, in whatever order its columns are and however they are spaced', () => {
  fc.assert(
    fc.property(anyTile, fc.boolean(), fc.constantFrom(undefined, 1), (given, isReversed, space) => {
      const columns = columnsOf(given)
      const json = JSON.stringify(Object.fromEntries(isReversed ? columns.reverse() : columns), undefined, space)
      const { view, tile } = given
      const additive = Object.values(view.aggregations).map(({ how }) => how !== 'min' && how !== 'max' && how !== 'latest')
      assert.deepEqual(new TileJson(view).read(nothing, Buffer.from(json)), {
        ...tile,
        // What JSON has no text for.
        entity: tile.entity.map((part) => (typeof part === 'string' ? Buffer.from(part).toString() : part)),
        values: Float64Array.from(tile.values, (value, at) => value ?? (additive[at] ? 0 : Number.NaN)),
      })
    }),
    { numRuns: 500 },
  )
})

test('a tile that has gone is one of no rows', () => {
  const key = Buffer.from('{"video_id":"v","hop_ms":60000,"hop_start_ms":120000}')
  const tile = new TileJson(feedViews.video.impressions).read(key, nothing)
  assert.deepEqual(tile, { entity: ['v'], hopMs: 60_000, startMs: 120_000, values: Float64Array.of(0) })
})

test('what is no tile of the view is refused, with the reason', () => {
  const json = new TileJson(feedViews.video.impressions)
  const whole = { view: 'video_impressions', version: 1, video_id: 'v', hop_ms: 60_000, hop_start_ms: 0, impressions: 1 }
  const refused: [unknown, string][] = [
    ['', 'it is not a JSON object'],
    [{ ...whole, video_id: '' }, 'video_id is no text'],
    [{ ...whole, video_id: null }, 'video_id is no text'],
    [{ ...whole, hop_ms: null }, 'hop_ms is no integer up to 2^53 - 1'],
    [{ ...whole, hop_start_ms: 1.5 }, 'hop_start_ms is no integer up to 2^53 - 1'],
    [{ ...whole, impressions: 2 ** 53 }, 'impressions is no integer up to 2^53 - 1'],
    [{ ...whole, impressions: '1' }, 'impressions is no integer up to 2^53 - 1'],
  ]
  for (const [value, why] of refused) {
    assert.throws(() => json.read(nothing, Buffer.from(JSON.stringify(value))), {
      code: 'TILE_UNREADABLE',
      message: `a tile of the view video_impressions version 1 can't be read: ${why}`,
    })
  }
  for (const broken of ['', '{"view":"video_impressions"', JSON.stringify(whole).replace('":1}', '":01}'), `${JSON.stringify(whole)}}`])
    assert.throws(() => json.read(nothing, Buffer.from(broken)), { code: 'TILE_UNREADABLE' })
})
