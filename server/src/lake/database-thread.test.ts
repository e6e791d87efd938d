import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Rows } from './database.ts'
import { DatabaseThread } from './database-thread.ts'

async function opened(context: TestContext, signal?: AbortSignal): Promise<DatabaseThread> {
  const tempFolder = await mkdtemp(join(tmpdir(), 'vireo-thread-'))
  const database = await DatabaseThread.open({ memoryMb: 128, tempFolder, ...(signal && { signal }) })
  context.after(async () => {
    await database.close()
    await rm(tempFolder, { recursive: true, force: true })
  })
  return database
}

const endless = 'SELECT count(*) FROM range(1000000000000) AS a (n) WHERE hash(n) = 0'

test('a database in a thread answers in pieces, and says what is wrong with a question', { timeout: 60_000 }, async (context) => {
  const database = await opened(context)
  await database.run('CREATE TABLE numbers AS SELECT n, n::VARCHAR AS name FROM range(5000) AS numbers (n)')
  assert.equal(await database.number('SELECT count(*) FROM numbers'), 5_000)
  const pieces: Rows[] = []
  for await (const rows of database.pieces('FROM numbers ORDER BY n')) pieces.push(rows)
  assert.deepEqual(pieces.flat()[4_321], [4_321n, '4321'])
  assert.ok(pieces.every(({ length }) => length > 0 && length <= 200))
  await assert.rejects(database.rows('FROM nothing'), /nothing does not exist/)
  assert.deepEqual(await database.rows('SELECT 1::INTEGER, NULL'), [[1, null]])
})

test('who stops to read an answer may ask another question, and a question ends with its signal', { timeout: 60_000 }, async (context) => {
  const stop = new AbortController()
  const database = await opened(context, stop.signal)
  for await (const [row] of database.pieces('FROM range(100000)')) {
    assert.deepEqual(row, [0n])
    break
  }
  assert.equal(await database.number('SELECT 7'), 7)
  const asked = database.number(endless)
  stop.abort(new Error('enough'))
  await assert.rejects(asked, /enough/)
})
