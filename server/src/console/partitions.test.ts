import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyManifest, type LakeFile, type LakeTable } from '../ports/lake.ts'
import type { Finding } from '../quality/expectation.ts'
import type { PartitionResult } from '../quality/results.ts'
import type { CheckedTable } from '../quality/suites.ts'
import { daysOf, filesByDate, findingsOf, partitionsOf, withChecks } from './partitions.ts'

const day = '2026-01-15'
const partition = (hour: string, date = day) => `date=${date}/hour=${hour}`

const file = (table: LakeTable, hour: string, rows: number, date = day) =>
  ({ table, partition: partition(hour, date), rows, bytes: 10 * rows, path: `${table}/${date}/${hour}` }) as LakeFile

const byDate = (files: readonly LakeFile[]) => filesByDate({ ...emptyManifest, files })

const finding = (severity: Finding['severity'], about: string): Finding => ({
  type: 'expected',
  kind: 'range',
  severity,
  about,
  found: '1 row',
})

const result = (table: CheckedTable, hour: string, status: PartitionResult['status'], findings: readonly Finding[] = [], date = day) =>
  ({ table, partition: partition(hour, date), version: 5, checkedMs: 1, rows: 1, suite: '', status, findings }) satisfies PartitionResult

const statesOf = (partitions: ReturnType<typeof partitionsOf>) =>
  partitions.map(({ hour, rows, state, table }) => `${hour} ${table} ${state || '-'} ${rows}`)

test('an hour is what its check said, unless its rows have changed since; what has no checks says nothing', () => {
  const files = [
    file('events', '07', 1),
    file('events', '07', 2),
    file('served', '07', 4),
    file('features', '08', 8),
    file('catalog', '08', 16),
  ]
  const changed = { [`served/${partition('07')}`]: 6, [`events/${partition('07')}`]: 5 }
  const partitions = partitionsOf({ changed }, files, [result('events', '07', 'warned'), result('served', '07', 'passed')])
  assert.deepEqual(statesOf(partitions), ['8 catalog - 16', '8 features unchecked 8', '7 events warned 3', '7 served changed 4'])
})

test('an hour without rows that a check missed is there, and replayed vectors are features', async () => {
  const files = [file('replayed', '07', 2), file('features', '07', 1)]
  const changed = { [`replayed/${partition('07')}`]: 6 }
  const results = [result('events', '09', 'failed', [finding('critical', 'rows')]), result('features', '07', 'passed')]
  const partitions = partitionsOf({ changed }, files, results)
  assert.deepEqual(statesOf(partitions), ['9 events failed 0', '7 features changed 3'])
  const [of] = daysOf(await byDate(files))
  const { failed, passed, unchecked, warned } = withChecks(of!, partitions)
  assert.deepEqual({ failed, passed, unchecked, warned }, { failed: 1, passed: 0, unchecked: 1, warned: 0 })
})

test('days are told the newest first, with all of their rows', async () => {
  const files = [file('events', '07', 1, '2026-01-14'), file('events', '07', 2), file('served', '23', 3)]
  assert.deepEqual(
    daysOf(await byDate(files)).map(({ bytes, date, files, rows }) => [date, rows, bytes, files]),
    [
      [day, 5n, 50n, 2],
      ['2026-01-14', 1n, 10n, 1],
    ],
  )
})

test('what keeps an hour from training is told before warnings, however old it is', () => {
  const results = [
    result('events', '07', 'failed', [finding('warning', 'a'), finding('critical', 'b')], '2026-01-14'),
    result('served', '09', 'warned', [finding('warning', 'c')]),
  ]
  assert.deepEqual(
    findingsOf(results).map(({ about, date, hour, severity, table }) => [severity, table, date, hour, about]),
    [
      ['critical', 'events', '2026-01-14', 7, 'b'],
      ['warning', 'served', day, 9, 'c'],
      ['warning', 'events', '2026-01-14', 7, 'a'],
    ],
  )
})
