import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { newFolder, serve, smallFolder, vireo } from './vireo.ts'

test('without a server an import goes into the data folder, and the next start serves it', async () => {
  const dataDir = join(newFolder(), 'data')
  const folder = smallFolder()
  const { code, out } = await vireo(['import', folder, '--json'], { VIREO_DATA_DIR: dataDir })
  assert.equal(code, 0)
  assert.partialDeepStrictEqual(JSON.parse(out), { phase: 'finished', rowsDone: 240, rowsTotal: 240, refused: {} })
  const server = await serve([], dataDir)
  const stats = JSON.parse((await vireo(['video', 'show', 'v5', '--json'], server.env)).out).stats
  assert.equal(stats.finishCount, 5)
  assert.equal((await server.stop()).code, 0)
})

test('an empty server says how to fill it, and Ctrl-C ends it well', async () => {
  const server = await serve(['--no-sample'])
  assert.match(server.said, /There is nothing to show yet: see `npx vireo import --help`/)
  const { code, err } = await server.stop()
  assert.deepEqual([code, err], [0, 'Stopping …\n'])
})

test('a data folder or a port in use ends the start with what to do', async (t) => {
  const server = await serve(['--no-sample'])
  t.after(() => server.stop())
  const free = { VIREO_HTTP_PORT: '0', VIREO_GRPC_PORT: '0' }
  const folder = await vireo(['start', '--no-sample'], { ...server.env, ...free })
  assert.equal(folder.code, 1)
  assert.match(folder.err, /^DATA_DIR_IN_USE: .* name another folder with VIREO_DATA_DIR/)

  const other = createServer().listen(0, '127.0.0.1')
  t.after(() => other.close())
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  const taken = await vireo(['start', '--no-sample'], { ...free, VIREO_HTTP_PORT: String(port) })
  assert.equal(taken.code, 1)
  assert.match(taken.err, new RegExp(`^PORT_UNAVAILABLE: .*127\\.0\\.0\\.1:${port}.*VIREO_HTTP_PORT`))
})
