import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WatchResponse } from '../../generated/vireo/v1/console_now.ts'
import { problemsOf } from './problems.ts'

const said = (now: object) => problemsOf(WatchResponse.fromJSON(now)).map(({ grade, says }) => `${grade}: ${says}`)

test('a server that does what it should, and one that nobody asks, has no problem', () => {
  assert.deepEqual(said({}), [])
  assert.deepEqual(
    said({
      pagesByLevel: [{ name: 'full', count: '40' }],
      feedTime: { count: '40', p50Ms: 6, p99Ms: 150 },
      eventsByType: [{ name: 'watch', count: '100' }],
      refusedByCode: [{ name: 'EVENT_TOO_OLD', count: '1' }],
      stages: [{ kind: 'source', name: 'trending', minute: { kept: '5' } }],
      lake: { behindS: 60 },
    }),
    [],
  )
})

test('each problem is named with how much of it there is, the worst first', () => {
  const now = {
    pagesByLevel: [
      { name: 'full', count: '30' },
      { name: 'light_ranking', count: '8' },
      { name: 'popular', count: '2' },
    ],
    shed: '12000',
    feedTime: { count: '40', p50Ms: 6, p99Ms: 400 },
    errorsByCode: [{ name: 'INTERNAL', count: '1' }],
    eventsByType: [{ name: 'watch', count: '90' }],
    refusedByCode: [{ name: 'EVENT_TOO_OLD', count: '10' }],
    stages: [{ kind: 'source', name: 'two_tower', minute: { failed: '3' } }],
    lake: { behindS: 600, failing: true },
  }
  assert.deepEqual(said(now), [
    'bad: 12K requests for a page were turned away: more come at once than can be made.',
    'bad: 2 of 40 pages (5%) held only popular videos: the feed failed, or had no time for more.',
    'bad: Writing to the lake fails; the log keeps what it lacks.',
    'warn: 8 of 40 pages (20%) were ranked lightly.',
    'warn: One page in a hundred takes 400 ms or more; the budget is 150 ms.',
    'warn: 1 call failed with INTERNAL.',
    'warn: two_tower failed or was too slow 3 times.',
    'warn: 10 events were refused: EVENT_TOO_OLD.',
    'warn: The lake is 10 min behind the log.',
  ])
})
