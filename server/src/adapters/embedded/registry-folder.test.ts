import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { registryContract } from '../../ports/registry-contract.ts'
import { RegistryFolder } from './registry-folder.ts'

const folders = mkdtempSync(join(tmpdir(), 'vireo-registry-'))
after(() => rmSync(folders, { recursive: true }))

function newFolder(): string {
  const folder = mkdtempSync(join(folders, 'test-'))
  for (const version of ['1', '2', '.3-being-written']) mkdirSync(join(folder, 'feed', version), { recursive: true })
  return folder
}

registryContract('folder', async () => {
  const folder = newFolder()
  return { registry: new RegistryFolder(folder), other: new RegistryFolder(folder) }
})

test('a damaged choice is named, and so is a registry that is no folder', async () => {
  const folder = newFolder()
  mkdirSync(join(folder, 'channels/feed'), { recursive: true })
  writeFileSync(join(folder, 'channels/feed/1.json'), '{"revision": 1')
  await assert.rejects(new RegistryFolder(folder).channel('feed'), { code: 'REGISTRY_UNREADABLE', message: /1\.json is damaged/ })
  const file = join(folder, 'file')
  writeFileSync(file, '')
  await assert.rejects(new RegistryFolder(file).versions('feed'), { code: 'REGISTRY_UNREADABLE' })
  assert.deepEqual(await new RegistryFolder(join(folder, 'missing')).versions('feed'), [])
})
