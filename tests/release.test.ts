import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '..')
const run = promisify(execFile)

/** A folder in which the release is installed as a dependency. What it depends on is that of the repository: nothing is fetched. */
async function installed(t: TestContext): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'vireo-release-test-'))
  t.after(() => rmSync(folder, { recursive: true }))
  await run(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, 'scripts/release.ts'), join(folder, 'packages')])
  for (const [archive, name] of [
    ['vireo-client-*.tgz', '@vireo/client'],
    ['vireo-[0-9]*.tgz', 'vireo'],
  ] as const) {
    const place = join(folder, 'node_modules', name)
    mkdirSync(place, { recursive: true })
    await run('tar', ['-xzf', globSync(join(folder, 'packages', archive))[0]!, '-C', place, '--strip-components=1'])
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules/vireo/node_modules'))
  return folder
}

/** Starts the installed server on an empty folder; its address. */
async function started(t: TestContext, folder: string): Promise<string> {
  const environment = { ...process.env, VIREO_DATA_DIR: join(folder, 'data'), VIREO_HTTP_PORT: '0', VIREO_GRPC_PORT: '0' }
  const args = [join(folder, 'node_modules/vireo/bin/vireo.mjs'), 'start', '--no-sample', '--json']
  const server = spawn(process.execPath, args, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(server, 'exit')
  t.after(async () => {
    server.kill()
    await ended
  })
  const complaints = text(server.stderr)
  let said = ''
  for await (const chunk of server.stdout) {
    said += chunk
    if (said.trimEnd().endsWith('}')) return JSON.parse(said).http
  }
  throw new Error(await complaints)
}

test('a release runs as a dependency, without a build: feed, player and console', async (t) => {
  const folder = await installed(t)
  const packed = join(folder, 'node_modules/vireo')
  assert.deepEqual(globSync('**/*.{ts,tsx}', { cwd: packed, exclude: (name) => name === 'node_modules' }), [], 'Node strips no types there')
  const url = await started(t, folder)
  for (const path of ['/', '/console/']) {
    const page = await (await fetch(url + path)).text()
    const scripts = Array.from(page.matchAll(/src="([^"]+\.js)"/g), ([, script]) => script!)
    assert.equal(scripts.length, 1)
    const script = await fetch(url + scripts[0])
    assert.match(script.headers.get('content-type')!, /javascript/)
    await script.text()
  }
  const video = { videoId: 'v1', creatorId: 'ann', title: 'Hello', contentUrl: 'https://cdn.example/v1.mp4', state: 'VIDEO_STATE_CLEARED' }
  const put = await fetch(`${url}/v1/videos`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ videos: [video] }),
  })
  assert.equal(put.status, 200, await put.text())
  const app = "import { Vireo } from '@vireo/client'\nconst vireo = new Vireo({ url: process.argv[2], userid: 'bob' })\n"
  writeFileSync(join(folder, 'app.mjs'), `${app}console.log((await vireo.feed()).results[0].videoTitle)\nawait vireo.close()\n`)
  assert.equal((await run(process.execPath, [join(folder, 'app.mjs'), url])).stdout, 'Hello\n')
})
