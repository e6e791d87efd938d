import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { hourMs } from '../clock.ts'
import { openLogAndLake, putText } from './lake-for-tests.ts'
import { slateRecord, startMs, watchRecord } from './records-for-tests.ts'
import { brokenFiles, standing } from './standing.ts'

const never = new AbortController().signal

test('the standing tells what the lake holds, how far it is behind, and which files are broken', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vireo-standing-'))
  t.after(() => rm(folder, { recursive: true }))
  const { log, lake, sink, close } = await openLogAndLake(folder, (error) => assert.fail(String(error)))
  t.after(close)
  await log.append([watchRecord('e1'), watchRecord('e1'), watchRecord('e2', startMs + hourMs), slateRecord('s1', ['v1', 'v2'])])
  await sink.drain(AbortSignal.timeout(30_000))
  await sink.close()
  await log.append([watchRecord('e3')])

  const manifest = await lake.manifest()
  const told = (await standing(manifest, await log.extents())).map(({ table, partitions, files, rows, behind, duplicates }) => {
    return [table, partitions, files, rows, behind, duplicates]
  })
  assert.deepEqual(told, [
    ['events', 2, 2, 2, 1, 1],
    ['served', 1, 1, 2, 0, 0],
    ['catalog', 0, 0, 0, 0, 0],
    ['control', 0, 0, 0, 0, 0],
    ['features', 0, 0, 0, 0, 0],
  ])

  assert.deepEqual(await brokenFiles(lake, never), [])
  const [damaged, missing] = manifest.files.map(({ path }) => path)
  await putText(lake, damaged!, 'PAR1')
  await lake.remove([missing!])
  assert.deepEqual(await brokenFiles(lake, never), [
    { path: damaged, why: 'damaged' },
    { path: missing, why: 'missing' },
  ])
})
