import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProgressLines } from './progress-lines.ts'

function shown(isTTY: boolean): string {
  let now = 1_000
  const parts: string[] = []
  const to = { isTTY, write: (part: string) => parts.push(part) > 0 }
  const lines = new ProgressLines(to, () => now)
  lines.show({ phase: 'importing', done: 0, total: 100 })
  now += 2_000
  lines.show({ phase: 'importing', done: 20, total: 100 })
  now += 10
  lines.show({ phase: 'importing', done: 21, total: 100 })
  lines.show({ phase: 'asking the feed', done: 1, total: 2 })
  lines.end()
  return parts.join('')
}

test('on a terminal a line is redrawn, elsewhere a phase is a line', () => {
  assert.equal(shown(true), 'importing …\rimporting: 20 of 100, 8 s left\u001b[K\nasking the feed …\n')
  assert.equal(shown(false), 'importing\nasking the feed\n')
})
