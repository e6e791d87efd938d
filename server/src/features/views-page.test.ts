import assert from 'node:assert/strict'
import { test } from 'node:test'
import { feedFeatureSet } from './vector/feed-feature-set.ts'
import { allFeedViews } from './views/feed-views.ts'
import { featuresPage, viewsPage } from './views-page.ts'

test('the page names every view and every aggregation with its meaning and unit', () => {
  const page = viewsPage(allFeedViews, new Map([['feed@1', allFeedViews.slice(1)]]))
  for (const { name, version, aggregations } of allFeedViews) {
    assert.match(page, new RegExp(`\\| \`${name}\` \\| ${version} \\|`))
    for (const [name, { meaning, unit }] of Object.entries(aggregations))
      assert.ok(page.includes(`| \`${name}\` | ${meaning} | ${unit} | 0 |`), name)
  }
  assert.ok(page.includes('| `7d` | 60 min |'))
  assert.equal(page.split('| `feed@1` |').length, allFeedViews.length)
})

test('the page names every feature of the set once', () => {
  const page = featuresPage(feedFeatureSet)
  for (const { name } of [...feedFeatureSet.personFeatures, ...feedFeatureSet.itemFeatures])
    assert.equal(page.split(`| \`${name}\` |`).length, 2, name)
})
