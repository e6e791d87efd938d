import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { suite, test } from 'node:test'
import { emptyManifest, type LakeFile, type Manifest } from '../ports/lake.ts'
import { manifestText, parsedManifest } from './manifest-text.ts'

suite('the text of a manifest', () => {
  test('more files than lines hold are read as they were written', async () => {
    const manifest = manifestOf(1_000)
    assert.deepEqual(await parsedManifest(await manifestText(manifest), 'manifest'), manifest)
  })

  test('a lake without files has a manifest too', async () => {
    assert.deepEqual(await parsedManifest(await manifestText(emptyManifest), 'manifest'), emptyManifest)
  })

  test('one changed byte anywhere is found, and so is every cut', async () => {
    const text = await manifestText(manifestOf(300))
    for (let at = 0; at < text.length; at += at < 120 ? 1 : 997) {
      const changed = Buffer.from(text)
      changed[at]! ^= 1
      await assert.rejects(parsedManifest(changed, 'manifest'), { code: /LAKE_(MANIFEST_BROKEN|TOO_NEW)/ }, `byte ${at}`)
      await assert.rejects(parsedManifest(text.subarray(0, at), 'manifest'), { code: 'LAKE_MANIFEST_BROKEN' }, `cut at ${at}`)
    }
  })

  test('the first format, all in one line, is still read, and its damage found', async () => {
    const manifest = manifestOf(2)
    const content = JSON.stringify(manifest)
    const sha256 = createHash('sha256').update(content).digest('hex')
    const text = Buffer.from(`{"format":1,"sha256":"${sha256}","manifest":${content}}\n`)
    assert.deepEqual(await parsedManifest(text, 'manifest'), manifest)
    const damaged = Buffer.from(text.toString().replace('"rows":1', '"rows":2'))
    await assert.rejects(parsedManifest(damaged, 'manifest'), { code: 'LAKE_MANIFEST_BROKEN' })
  })
})

function manifestOf(count: number): Manifest {
  const files = Array.from(
    { length: count },
    (_, nth): LakeFile => ({
      path: `events/${nth}.parquet`,
      table: 'events',
      partition: `date=2026-01-01/hour=${nth}`,
      rows: nth,
      bytes: nth,
      sha256: 'a'.repeat(64),
      minMs: nth,
      maxMs: nth,
      minAcceptedMs: nth,
      maxAcceptedMs: nth,
      log: [{ partition: 0, first: nth, end: nth + 1, records: 1 }],
      added: 1,
    }),
  )
  const changed = Object.fromEntries(files.map(({ partition, rows }) => [`events/${partition}`, rows]))
  return { ...emptyManifest, version: 7, committedMs: 1, files, changed }
}
