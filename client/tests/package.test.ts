import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { bundled } from './app-for-tests.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const mostBytes = 8_192

test('for a browser it is at most 8 KB', async () => {
  const bytes = gzipSync(await bundled('../src/main.ts'), { level: 9 }).length
  assert.ok(bytes <= mostBytes, `${bytes} bytes`)
})

test('it is published as JavaScript with types, and needs nothing else', async (t) => {
  const dist = mkdtempSync(join(tmpdir(), 'vireo-client-'))
  t.after(() => rmSync(dist, { recursive: true }))
  execFileSync('tsc', ['-p', here('../tsconfig.build.json'), '--outDir', dist], { stdio: 'inherit' })
  const { Vireo } = await import(join(dist, 'main.js'))
  const vireo = new Vireo({ userid: 'ada', fetch: async () => Response.json({ results: [{ videoId: 'a' }] }) })
  assert.equal((await vireo.feed()).results[0].videoId, 'a')
  await vireo.close()
  assert.match(readFileSync(join(dist, 'main.d.ts'), 'utf8'), /Vireo/)
  const { dependencies } = JSON.parse(readFileSync(here('../package.json'), 'utf8'))
  assert.equal(dependencies, undefined)
})
