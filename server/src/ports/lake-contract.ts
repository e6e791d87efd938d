import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { describe, type TestContext, test } from 'node:test'
import { VireoError } from '../errors.ts'
import { LakeDatabase, quoted } from '../lake/database.ts'
import { emptyManifest, type Lake, type LakeFile, type Manifest } from './lake.ts'

/** Opens the lake at a place of its own, empty at first; again for another process that uses it. */
export type OpenLake = (place: string) => Promise<Lake>

/** What every lake promises. */
export function lakeContract(name: string, open: OpenLake): void {
  const opened = async (t: TestContext, place: string = randomUUID()) => {
    const lake = await open(place)
    t.after(() => lake.close())
    return lake
  }

  describe(`the lake: ${name}`, () => {
    test('a lake begins without any file', async (t) => {
      const lake = await opened(t)
      assert.deepEqual(await lake.manifest(), emptyManifest)
      assert.deepEqual(await lake.paths(), [])
    })

    test('what was committed is what others read', async (t) => {
      const place = randomUUID()
      const [lake, other] = [await opened(t, place), await opened(t, place)]
      const next = manifest(1, [await stored(lake, 'events/date=2026-01-15/hour=07/a.parquet', 'content')])
      await lake.commit(next)
      assert.deepEqual(await other.manifest(), next)
    })

    test('of those that commit the same version, one does', async (t) => {
      const place = randomUUID()
      const lakes = await Promise.all(Array.from({ length: 8 }, () => opened(t, place)))
      for (let version = 1; version <= 5; version++) {
        const outcomes = await Promise.allSettled(lakes.map((lake, fence) => lake.commit({ ...manifest(version), fence })))
        const won = outcomes.findIndex(({ status }) => status === 'fulfilled')
        assert.equal((await lakes[0]!.manifest()).fence, won)
        for (const [i, outcome] of outcomes.entries()) {
          if (i !== won) assert.ok(outcome.status === 'rejected' && isConflict(outcome.reason))
        }
      }
    })

    test('the newest of many manifests counts', async (t) => {
      const lake = await opened(t)
      for (let version = 1; version <= 40; version++) await lake.commit(manifest(version))
      assert.equal((await lake.manifest()).version, 40)
      for (const version of [40, 30, 1]) await assert.rejects(lake.commit(manifest(version)), isConflict)
      assert.equal((await lake.manifest()).version, 40)
    })

    test('a file that was put has the content, the size and the digest told', async (t) => {
      const lake = await opened(t)
      const file = await stored(lake, 'served/date=2026-01-15/hour=07/b.parquet', 'what it says')
      assert.equal(await readByDuckDb(lake, file.path), 'what it says')
      assert.deepEqual(await lake.inspect(file.path), { bytes: 12, sha256: createHash('sha256').update('what it says').digest('hex') })
      assert.deepEqual(await lake.paths(), [file.path])
      await lake.remove([file.path, 'served/none.parquet'])
      assert.equal(await lake.inspect(file.path), undefined)
      assert.deepEqual(await lake.paths(), [])
    })

    test('what a writer left before it was put can be found', async (t) => {
      const lake = await opened(t)
      await writeFile(lake.scratch('left.parquet'), 'half')
      const paths = await lake.paths()
      assert.equal(paths.length, 1)
      await lake.remove(paths)
      assert.deepEqual(await lake.paths(), [])
    })

    test('a reader is known to others by its version, until it is done', async (t) => {
      const place = randomUUID()
      const [lake, other] = [await opened(t, place), await opened(t, place)]
      assert.equal(await lake.oldestPin(), undefined)
      await lake.commit(manifest(1))
      const first = await other.pin()
      await lake.commit(manifest(2))
      const second = await other.pin()
      assert.deepEqual([first.manifest.version, second.manifest.version], [1, 2])
      assert.equal(await lake.oldestPin(), 1)
      await first.release()
      assert.equal(await lake.oldestPin(), 2)
      await second.release()
      assert.equal(await lake.oldestPin(), undefined)
    })

    test('a reader that closes the lake is done', async (t) => {
      const place = randomUUID()
      const [lake, other] = [await opened(t, place), await opened(t, place)]
      await other.pin()
      await other.close()
      assert.equal(await lake.oldestPin(), undefined)
    })
  })
}

function manifest(version: number, files: readonly LakeFile[] = []): Manifest {
  return { ...emptyManifest, version, files }
}

async function stored(lake: Lake, path: string, content: string): Promise<LakeFile> {
  const scratch = lake.scratch('written')
  await writeFile(scratch, content)
  const [found] = await lake.put([{ scratch, path }])
  return {
    ...found!,
    path,
    table: 'events',
    partition: 'date=2026-01-15/hour=07',
    rows: 1,
    minMs: 0,
    maxMs: 0,
    minAcceptedMs: 0,
    maxAcceptedMs: 0,
    log: [],
    added: 1,
  }
}

async function readByDuckDb(lake: Lake, path: string): Promise<unknown> {
  const database = await LakeDatabase.open({ lake, memoryMb: 128, tempFolder: lake.scratch('reading') })
  try {
    return (await database.rows(`SELECT content FROM read_text(${quoted(lake.location(path))})`))[0]![0]
  } finally {
    database.close()
  }
}

const isConflict = (error: unknown) => error instanceof VireoError && error.code === 'LAKE_CONFLICT'
