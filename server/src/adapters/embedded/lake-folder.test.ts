import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { minuteMs, systemClock } from '../../clock.ts'
import { VireoError } from '../../errors.ts'
import { emptyManifest } from '../../ports/lake.ts'
import { lakeContract } from '../../ports/lake-contract.ts'
import { openLakeFolder } from './lake-folder.ts'

describe('a lake in a folder', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vireo-lake-'))
  })
  after(() => rm(folder, { recursive: true }))

  lakeContract('folder', (place) => openLakeFolder({ folder: join(folder, place), clock: systemClock }))

  test('a damaged manifest is named, and nothing is read by it', async () => {
    const [lake, reader] = await Promise.all([1, 2].map(() => openLakeFolder({ folder: join(folder, 'damaged'), clock: systemClock })))
    await lake!.commit({ ...emptyManifest, version: 1 })
    const [name] = await readdir(join(folder, 'damaged', 'manifests'))
    await truncate(join(folder, 'damaged', 'manifests', name!), 60)
    await assert.rejects(reader!.manifest(), hasCode('LAKE_MANIFEST_BROKEN'))
    // Who has written or read it whole knows it.
    assert.equal((await lake!.manifest()).version, 1)
  })

  test('a manifest of a later Vireo is refused', async () => {
    const lake = await openLakeFolder({ folder: join(folder, 'later'), clock: systemClock })
    await writeFile(join(folder, 'later', 'manifests', '0000000001.json'), '{"format":3}')
    await assert.rejects(lake.manifest(), hasCode('LAKE_TOO_NEW'))
  })

  test('a reader whose process has died is forgotten after its lease', async () => {
    let now = 0
    const lake = await openLakeFolder({ folder: join(folder, 'lease'), clock: { now: () => now }, leaseMs: minuteMs })
    await lake.commit({ ...emptyManifest, version: 1 })
    await lake.pin()
    now = minuteMs
    assert.equal(await lake.oldestPin(), 1)
    now = minuteMs + 1
    assert.equal(await lake.oldestPin(), undefined)
    await lake.close()
  })
})

const hasCode = (code: string) => (error: unknown) => error instanceof VireoError && error.code === code
