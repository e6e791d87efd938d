import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { imported } from './folders-for-tests.ts'

const sample = join(import.meta.dirname, '../../../data/kuairand-pure')

test('the sample arrives whole', { timeout: 60_000 }, async () => {
  const target = { write: async () => {}, progress: () => new Map(), clock: { now: () => Date.UTC(2026, 0, 1) } }
  const state = await imported(sample, target, { shiftToNow: true })
  assert.deepEqual(state, {
    phase: 'finished',
    rowsDone: 7_583 + 817_187 + 180_384,
    rowsTotal: 7_583 + 817_187 + 180_384,
    refused: {},
    examples: [],
    unlistedVideos: 0,
    written: { videos: 7_583, pages: 155_779, events: 1_017_852 },
    shiftMs: 190 * 7 * 86_400_000,
    finished: true,
  })
})
