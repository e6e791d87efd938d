import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Report } from '../../bench/report.ts'

const script = fileURLToPath(new URL('../../bench/main.ts', import.meta.url))
const bench = (...args: string[]) => promisify(execFile)(process.execPath, [script, ...args])

test('a benchmark runs a server, loads it and writes its figures with the machine', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vireo-bench-test-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'figures.json')
  const { stdout } = await bench('scale', 'people', '--quick', '--json', file)
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report
  assert.deepEqual(
    report.measured.map(({ benchmark, failure }) => [benchmark, failure]),
    [
      ['scale', undefined],
      ['people', undefined],
    ],
  )
  const figures = report.measured.flatMap((each) => each.figures)
  for (const { name, value } of figures) assert.ok(value > 0, `${name} is ${value}`)
  assert.ok(figures.some(({ holds }) => holds !== undefined))
  assert.ok(report.machine.cores > 0)
  assert.match(stdout, /on disk a person/)
})

test('the list names every benchmark', async () => {
  const { stdout } = await bench('--list')
  for (const name of ['import', 'feed', 'events', 'takedown', 'start', 'scale', 'people', 'funnel'])
    assert.match(stdout, new RegExp(`^${name} `, 'm'))
})
