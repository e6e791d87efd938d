import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayPage } from './day-page.ts'
import type { PartitionResult } from './results.ts'

const passed: PartitionResult = {
  table: 'events',
  partition: 'date=2026-01-15/hour=07',
  version: 1,
  checkedMs: 0,
  rows: 12,
  suite: 's',
  status: 'passed',
  findings: [],
}
const failed: PartitionResult = {
  ...passed,
  table: 'features',
  partition: 'date=2026-01-15/hour=08',
  status: 'failed',
  findings: [{ type: 'an_expectation', kind: 'schema', severity: 'critical', about: 'values', found: '<script>alert("&")</script>' }],
}

/** Asserts that each element that is opened is closed, in order. */
function assertWellFormed(page: string): void {
  assert.ok(page.startsWith('<!doctype html>\n<html lang="en">'))
  const open: string[] = []
  for (const [, slash, name] of page.matchAll(/<(\/?)([a-z]\w*)/g)) {
    if (name === 'meta') continue
    if (slash === '/') assert.equal(open.pop(), name)
    else open.push(name!)
  }
  assert.deepEqual(open, [])
}

test("a day's page counts hours and names what failed, whatever signs are in it", () => {
  const page = dayPage('2026-01-15', [passed, failed])
  assertWellFormed(page)
  assert.ok(page.includes('<td>events</td><td>1</td><td>12</td><td>1</td><td>0</td><td>0</td>'))
  assert.ok(page.includes('<td>features</td><td>1</td><td>12</td><td>0</td><td>0</td><td>1</td>'))
  const cells = ['critical', 'features', '08', 'schema', 'values', '&lt;script&gt;alert("&amp;")&lt;/script&gt;', 'an_expectation']
  assert.ok(page.includes(cells.map((cell) => `<td>${cell}</td>`).join('')))
})

test('a day without anything to say says so', () => {
  const page = dayPage('2026-01-15', [passed])
  assertWellFormed(page)
  assert.ok(page.includes('<p>All is as expected.</p>'))
})
