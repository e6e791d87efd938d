import assert from 'node:assert/strict'
import { test } from 'node:test'
import { streams } from '../streams/streams.ts'
import { allFeedViews, feedViews } from '../views/feed-views.ts'
import { canonical, fingerprint } from './canonical.ts'
import { viewFromData } from './view-from-data.ts'

const text = canonical(feedViews.personLength.watches)

test('a view can be made again from its canonical text', () => {
  for (const view of allFeedViews) assert.equal(fingerprint(viewFromData(JSON.parse(canonical(view)), streams)), fingerprint(view))
})

test('data that is no view is refused, and the field is named', () => {
  const wrong: [field: string, from: string, to: string][] = [
    ['version', '"version":1', '"version":"1"'],
    ['from', '"from":"watches"', '"from":"plays"'],
    ['windows.0', '"10m"', '"10 minutes"'],
    ['aggregations.0.1.how', '"how":"count"}', '"how":"median"}'],
    ['entity.1.1.of', '"of":[{"of":[{"name":"length_ms","op":"col"}],"op":"known"}],"op":"bucket"', '"op":"bucket"'],
    ['entity.person.col', '"name":"person","op":"col"', '"name":"type","op":"col"'],
  ]
  for (const [field, from, to] of wrong) {
    assert.ok(text.includes(from), from)
    assert.throws(() => viewFromData(JSON.parse(text.replace(from, to)), streams), { code: 'VIEW_INVALID', field })
  }
  assert.throws(() => viewFromData(undefined, streams), { code: 'VIEW_INVALID' })
})
