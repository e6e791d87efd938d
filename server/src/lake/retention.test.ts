import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs, hourMs } from '../clock.ts'
import { emptyManifest, type LakeFile, type Manifest } from '../ports/lake.ts'
import { retainable } from './retention.ts'

const nowMs = 100 * dayMs
const place = (offset: number) => ({ topic: 'events' as const, partition: 0, offset })

test('the log keeps what the lake or the saved state lacks, and what is young', () => {
  const manifest = withFiles(file(0, 50, nowMs - 3 * dayMs), file(50, 90, nowMs - hourMs))
  assert.deepEqual(retainable(manifest, [place(1_000)], nowMs, 0), [place(90)])
  assert.deepEqual(retainable(manifest, [place(70)], nowMs, 0), [place(70)])
  assert.deepEqual(retainable(manifest, [place(1_000)], nowMs, dayMs), [place(50)])
  assert.deepEqual(retainable(manifest, [], nowMs, 0), [])
})

function withFiles(...files: readonly LakeFile[]): Manifest {
  const end = files.at(-1)!.log[0]!.end
  return { ...emptyManifest, files, reached: [{ topic: 'events', partition: 0, first: 0, end, duplicates: 0, latestMs: 0 }] }
}

function file(first: number, end: number, acceptedMs: number): LakeFile {
  const times = { minMs: acceptedMs, maxMs: acceptedMs, minAcceptedMs: acceptedMs, maxAcceptedMs: acceptedMs }
  const log = [{ partition: 0, first, end, records: end - first }]
  return { path: `${first}`, table: 'events', partition: 'date=1970-04-10/hour=00', rows: 1, bytes: 1, sha256: '', ...times, log, added: 1 }
}
