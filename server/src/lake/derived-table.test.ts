import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../clock.ts'
import { VireoError } from '../errors.ts'
import { replacePartitions } from './derived-table.ts'
import { openLakeForTests } from './lake-for-tests.ts'
import { changedSince, commitChange, filesOf } from './manifest-changes.ts'

test('partitions of a derived table are replaced whole, behind one commit that says what they were made from', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vireo-derived-'))
  t.after(() => rm(folder, { recursive: true }))
  const lake = await openLakeForTests(folder)
  t.after(() => lake.close())
  const written = async (name: string) => {
    await writeFile(lake.scratch(name), name)
    return { scratch: lake.scratch(name), rows: 1, minMs: 0, maxMs: 1 }
  }
  const [seven, eight] = ['date=2026-01-15/hour=07', 'date=2026-01-15/hour=08']

  const from = await lake.manifest()
  const both = [
    { partition: seven, written: await written('first') },
    { partition: eight, written: await written('second') },
  ]
  const made = await replacePartitions(lake, systemClock, 'samples', both, from)
  assert.deepEqual(made.derived, { samples: 0 })
  assert.deepEqual(changedSince(made, 'samples', 0), [seven, eight])

  const again = [
    { partition: seven, written: await written('third') },
    { partition: eight, written: undefined },
  ]
  const replaced = await replacePartitions(lake, systemClock, 'samples', again, made)
  assert.deepEqual(
    filesOf(replaced, 'samples').map(({ partition, added }) => [partition, added]),
    [[seven, 2]],
  )
  assert.deepEqual(changedSince(replaced, 'samples', 1), [seven, eight])
  assert.deepEqual(
    replaced.removed.map(({ path }) => path),
    made.files.map(({ path }) => path),
  )

  await commitChange(lake, systemClock, (current, version) => ({ ...current, fence: version }))
  const late = [{ partition: seven, written: await written('late') }]
  const isFenced = (error: unknown) => error instanceof VireoError && error.code === 'LAKE_FENCED'
  await assert.rejects(replacePartitions(lake, systemClock, 'samples', late, replaced), isFenced)
})
