import assert from 'node:assert/strict'
import { test } from 'node:test'
import { impressions } from '../streams/impressions.ts'
import { allFeedViews } from '../views/feed-views.ts'
import { count } from './aggregation.ts'
import { canonical, fingerprint } from './canonical.ts'
import { col } from './expression.ts'
import { checkRegistry, ViewChanged } from './registry.ts'
import { defineView, type View } from './view.ts'

const shown = (more: Partial<View> = {}): View => ({
  ...defineView({
    name: 'shown',
    version: 1,
    entity: { video_id: col('video_id') },
    from: impressions,
    aggregations: { impressions: count({ meaning: 'served', unit: 'impressions' }) },
    windows: ['1h'],
  }),
  ...more,
})

test('the first start stores every view, the next ones none', () => {
  const stored = checkRegistry(allFeedViews, [])
  assert.equal(stored.length, allFeedViews.length)
  assert.deepEqual(checkRegistry(allFeedViews, stored), [])
})

test('a definition that has changed under an old version is refused, and both are shown', () => {
  const stored = checkRegistry([shown()], [])
  const changed = shown({ windows: ['24h'] })
  assert.throws(
    () => checkRegistry([changed], stored),
    (error) =>
      error instanceof ViewChanged &&
      error.code === 'VIEW_CHANGED' &&
      error.message.includes(stored[0]!) &&
      error.message.includes(canonical(changed)),
  )
  assert.equal(checkRegistry([shown({ windows: ['24h'], version: 2 })], stored).length, 1)
})

test('two definitions of one name and version are refused at the first start already', () => {
  assert.throws(() => checkRegistry([shown(), shown({ windows: ['24h'] })], []), { code: 'VIEW_CHANGED' })
})

test('what only people read changes no fingerprint', () => {
  const reworded = shown({ aggregations: { impressions: count({ meaning: 'shown', unit: 'times' }) } })
  assert.equal(fingerprint(reworded), fingerprint(shown()))
  assert.notEqual(fingerprint(shown({ version: 2 })), fingerprint(shown()))
})
