import assert from 'node:assert/strict'
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { request as rawRequest } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { type ServiceError, status } from '@grpc/grpc-js'
import { RecsRequest } from '../../generated/vireo/v1/feed.ts'
import { bearer, call, newFolder, postJson, startForTests } from '../api-for-tests.ts'
import { KeyStore } from './key-store.ts'

const ann = RecsRequest.create({ userid: 'ann' })

type Started = Awaited<ReturnType<typeof startForTests>>

/** What a call of each door comes to: the codes of both. */
async function codes({ url, feed }: Started, secret?: string): Promise<unknown[]> {
  const response = await fetch(`${url}/v1/feed/ann`, secret === undefined ? {} : { headers: bearer(secret) })
  const { error } = (await response.json()) as { error?: { code: string } }
  const overGrpc = await call(feed, feed.getVideos, ann, secret).then(
    () => [status.OK, undefined],
    (failed: ServiceError) => [failed.code, failed.metadata.get('vireo-error-code')[0]],
  )
  return [response.status, error?.code, ...overGrpc]
}

const served = [200, undefined, status.OK, undefined]
const missing = [401, 'KEY_MISSING', status.UNAUTHENTICATED, 'KEY_MISSING']
const wrong = [401, 'KEY_WRONG', status.UNAUTHENTICATED, 'KEY_WRONG']

test('on a loopback address without keys everything is allowed', async (t) => {
  assert.deepEqual(await codes(await startForTests(t)), served)
})

test('as soon as there is a key, every call needs one with the scope; admin may do all', async (t) => {
  const api = await startForTests(t)
  const app = await api.keys.create('app', ['feed'])
  const other = await api.keys.create('importer', ['events'])
  const admin = await api.keys.create('ops', ['admin'])
  assert.deepEqual(await codes(api), missing)
  assert.deepEqual(await codes(api, app.secret), served)
  assert.deepEqual(await codes(api, admin.secret), served)
  assert.deepEqual(await codes(api, other.secret), [403, 'SCOPE_MISSING', status.PERMISSION_DENIED, 'SCOPE_MISSING'])
  assert.deepEqual(await codes(api, `${app.secret.slice(0, -1)}${app.secret.endsWith('A') ? 'B' : 'A'}`), wrong)
  assert.deepEqual(await codes(api, 'letmein'), wrong)
})

test('a stream needs a key too', async (t) => {
  const { events, admin, keys, url } = await startForTests(t)
  const { secret } = await keys.create('app', ['feed'])
  const up = await new Promise<ServiceError | null>((resolve) => events.streamEvents(resolve).end())
  assert.equal(up?.code, status.UNAUTHENTICATED)
  const down = await new Promise<ServiceError>((resolve) => admin.import({ folder: '/', shiftToNow: false }).on('error', resolve).resume())
  assert.equal(down.code, status.UNAUTHENTICATED)
  assert.equal((await postJson(`${url}/v1/admin/import`, {}, bearer(secret))).status, 403)
})

test('a key that another process makes or revokes is in force without a restart', async (t) => {
  const dataDir = newFolder()
  const api = await startForTests(t, { dataDir })
  const elsewhere = new KeyStore({ dataDir })
  const first = await elsewhere.create('first', ['feed'])
  const second = await elsewhere.create('second', ['feed'])
  const soon = () => new Promise((resolve) => setTimeout(resolve, 300))
  await soon()
  assert.deepEqual([await codes(api), await codes(api, first.secret), await codes(api, second.secret)], [missing, served, served])
  await elsewhere.revoke(first.key.keyId)
  await soon()
  assert.deepEqual([await codes(api, first.secret), await codes(api, second.secret)], [wrong, served])
})

test('servers with a file of keys in common know the same keys', async () => {
  const keysFile = join(newFolder(), 'shared-keys.json')
  const [one, other] = [new KeyStore({ dataDir: newFolder(), keysFile }), new KeyStore({ dataDir: newFolder(), keysFile })]
  const { key } = await one.create('app', ['feed'])
  await new Promise((resolve) => setTimeout(resolve, 300))
  assert.deepEqual(
    other.list().map(({ keyId }) => keyId),
    [key.keyId],
  )
})

test('a revoked key is refused by the very next call', async (t) => {
  const api = await startForTests(t)
  const { key, secret } = await api.keys.create('app', ['feed'])
  await api.keys.create('other', ['feed'])
  assert.deepEqual(await codes(api, secret), served)
  await api.keys.revoke(key.keyId)
  assert.deepEqual(await codes(api, secret), wrong)
})

test('commands on the same machine act as admin by a token that is new at each start', async (t) => {
  const dataDir = newFolder()
  const path = join(dataDir, 'operator.token')
  const before = new KeyStore({ dataDir })
  await before.renewOperatorToken()
  const old = readFileSync(path, 'utf8')
  await before.create('app', ['feed'])
  const api = await startForTests(t, { dataDir })
  const token = readFileSync(path, 'utf8')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.deepEqual([await codes(api, token), await codes(api, old)], [served, wrong])
  assert.equal((await fetch(`${api.url}/v1/admin/status`, { headers: bearer(token) })).status, 200)
})

test('a key may call so often in a second, and others are not held up by it', async (t) => {
  const api = await startForTests(t, { env: { VIREO_LIMITS_RATE_PER_KEY_PER_SECOND: '3' } })
  const busy = await api.keys.create('busy', ['feed'])
  const calm = await api.keys.create('calm', ['feed'])
  const ask = () => fetch(`${api.url}/v1/feed/ann`, { headers: bearer(busy.secret) })
  const statuses = (await Promise.all([ask(), ask(), ask(), ask()])).map((response) => response.status)
  assert.deepEqual(statuses.sort(), [200, 200, 200, 429])
  const { error } = (await (await ask()).json()) as { error: { code: string; retryable: boolean } }
  assert.deepEqual([error.code, error.retryable], ['RATE_LIMITED', true])
  assert.deepEqual(await codes(api, calm.secret), served)
})

test('an address that others reach is refused without a key with the scope admin, and needs keys always', async (t) => {
  const dataDir = newFolder()
  const env = { VIREO_HOST: '0.0.0.0' }
  await assert.rejects(startForTests(t, { dataDir, env }), { code: 'ADMIN_KEY_MISSING', message: /Start on 127\.0\.0\.1, create one/ })
  const { key, secret } = await new KeyStore({ dataDir }).create('ops', ['admin'])
  const api = await startForTests(t, { dataDir, env })
  assert.deepEqual([await codes(api), await codes(api, secret)], [missing, served])
  assert.equal((await fetch(`${api.url}/metrics`)).status, 401)
  assert.equal((await fetch(`${api.url}/metrics`, { headers: bearer(secret) })).status, 200)
  await api.keys.revoke(key.keyId)
  assert.deepEqual(await codes(api), missing)
})

test('pages of other sites do not get in where no key is asked for', async (t) => {
  const { httpPort } = await startForTests(t)
  const ask = (headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve) => {
      const request = rawRequest({ port: httpPort, method: 'POST', path: '/v1/admin/videos/a/take-down', headers }, (response) => {
        resolve(response.resume().statusCode)
      })
      request.end()
    })
  const local = `localhost:${httpPort}`
  assert.equal(await ask({ host: local }), 200)
  assert.equal(await ask({ host: `[::1]:${httpPort}`, origin: `http://[::1]:${httpPort}` }), 200)
  assert.equal(await ask({ host: 'rebound.example' }), 403)
  assert.equal(await ask({ host: 'localhost.example' }), 403)
  assert.equal(await ask({ host: local, origin: 'https://elsewhere.example' }), 403)
  assert.equal(await ask({ host: local, origin: 'http://localhost:3000' }), 403)
  assert.equal(await ask({ host: local, 'sec-fetch-site': 'cross-site' }), 403)
})

test('no secret is kept, logged or given back', async (t) => {
  const api = await startForTests(t)
  const { secret } = await api.keys.create('app', ['events'])
  const refused = await (await fetch(`${api.url}/v1/feed/ann`, { headers: bearer(secret) })).text()
  const file = join(api.folder, 'keys.json')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  for (const text of [readFileSync(file, 'utf8'), refused, api.lines.join(), JSON.stringify(api.keys.list())])
    assert.ok(!text.includes(secret))
})

test('a damaged file of keys stops the start, and changes nothing while the server runs', async (t) => {
  const dataDir = newFolder()
  const api = await startForTests(t, { dataDir })
  const { secret } = await api.keys.create('app', ['feed'])
  writeFileSync(join(dataDir, 'damaged'), '{"version":1')
  renameSync(join(dataDir, 'damaged'), join(dataDir, 'keys.json'))
  await new Promise((resolve) => setTimeout(resolve, 300))
  assert.deepEqual([await codes(api), await codes(api, secret)], [missing, served])
  assert.equal(api.lines.length, 1)
  assert.throws(() => new KeyStore({ dataDir }), { code: 'KEYS_UNREADABLE' })
})

test('calls that come together with a new key are let in by one computation', async () => {
  const dataDir = newFolder()
  const { secret } = await new KeyStore({ dataDir }).create('app', ['feed'])
  const keys = new KeyStore({ dataDir })
  const both = [keys.verify(secret), keys.verify(secret)]
  assert.equal(both[0], both[1])
  await Promise.all(both)
  assert.ok(!(keys.verify(secret) instanceof Promise))
})
