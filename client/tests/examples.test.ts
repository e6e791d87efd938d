import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createServer } from 'vite'
import type { EventRecord } from '../../server/src/generated/vireo/record/v1/records.ts'
import { openBrowser, openPage } from '../../tests/browser-for-tests.ts'
import { Type } from '../../tests/vireo-for-tests.ts'
import { arrived, is, serverForTests } from './server-for-tests.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

test('the app of the examples shows a feed, goes on with it, and tells what was watched and liked', async (t) => {
  const { server, url } = await serverForTests(t, { videos: 20 })
  const clip = `data:video/webm;base64,${readFileSync(here('three-seconds.webm')).toString('base64')}`
  await server.put(...Array.from({ length: 20 }, (_, n) => ({ videoId: `v${n}`, contentUrl: `${clip}#${n}` })))
  const cacheDir = mkdtempSync(join(tmpdir(), 'vireo-example-'))
  process.env.VIREO_HTTP_PORT = new URL(url).port
  const vite = await createServer({
    configFile: here('../../examples/browser/vite.config.ts'),
    cacheDir,
    logLevel: 'error',
    server: { port: 0, host: '127.0.0.1', hmr: false },
  })
  delete process.env.VIREO_HTTP_PORT
  t.after(async () => {
    await vite.close()
    rmSync(cacheDir, { recursive: true })
  })
  await vite.listen()
  const { page, problems } = await openPage(await openBrowser(t))
  await page.goto(vite.resolvedUrls!.local[0]!)
  const articles = page.locator('article')
  await articles.nth(4).scrollIntoViewIfNeeded()
  await articles.nth(5).waitFor()
  await articles.nth(4).getByRole('button', { name: 'Like' }).click()
  const [liked] = await arrived(server, 1, is(Type.Like))
  assert.equal(await articles.nth(4).getByRole('heading').textContent(), `Title of ${liked!.videoId}`)
  await page.waitForFunction(() => document.querySelectorAll('video')[4]!.currentTime > 0.5)
  await page.close()
  const lastWatch = ({ type, videoId }: EventRecord) => type === Type.Watch && videoId === liked!.videoId
  const [watch] = await arrived(server, 1, lastWatch)
  assert.ok(watch!.slateId !== '' && watch!.watchMs! > 400)
  assert.deepEqual(problems, [])
})

test('the example with curl prints a page, tells of a watch, and prints the next page', async (t) => {
  const { server, url } = await serverForTests(t)
  const { stdout } = await promisify(execFile)('sh', [here('../../examples/curl.sh'), 'ada'], {
    env: { ...process.env, VIREO_SERVER: url },
  })
  const [first, accepted, second] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(accepted, { accepted: 1 })
  assert.equal(new Set([...first.results, ...second.results].map(({ videoId }) => videoId)).size, 10)
  const [watch] = await server.events()
  assert.deepEqual([watch!.person, watch!.videoId, watch!.watchMs], ['ada', first.results[0].videoId, 10_000])
  assert.notEqual(watch!.slateId, '')
})

const python = here('../../examples/python/.venv/bin/python')
const whyNot = existsSync(python) ? false : 'there is no examples/python/.venv: examples/README.md says how to make it'

test('the example in Python prints a page, tells of a watch, and prints the next page', { skip: whyNot }, async (t) => {
  const { server, grpc } = await serverForTests(t)
  const made = mkdtempSync(join(tmpdir(), 'vireo-python-'))
  t.after(() => rmSync(made, { recursive: true }))
  const proto = here('../../proto')
  const files = ['feed', 'events'].map((name) => join(proto, `vireo/v1/${name}.proto`))
  const run = promisify(execFile)
  await run(python, ['-m', 'grpc_tools.protoc', '-I', proto, `--python_out=${made}`, `--grpc_python_out=${made}`, ...files])
  const { stdout } = await run(python, [here('../../examples/python/feed.py'), 'ada'], {
    env: { ...process.env, VIREO_SERVER: grpc, PYTHONPATH: made },
  })
  const [first, accepted, second] = stdout.split('\n\n')
  const ids = (page: string) =>
    page
      .trim()
      .split('\n')
      .map((line) => line.split('\t')[0])
  assert.equal(accepted, 'accepted: 1')
  assert.equal(new Set([...ids(first!), ...ids(second!)]).size, 10)
  const [watch] = await server.events()
  assert.deepEqual([watch!.person, watch!.videoId, watch!.watchMs], ['ada', ids(first!)[0], 3_000])
  assert.notEqual(watch!.slateId, '')
})
