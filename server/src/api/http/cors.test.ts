import assert from 'node:assert/strict'
import { request as rawRequest } from 'node:http'
import { type TestContext, test } from 'node:test'
import { bearer, startForTests } from '../api-for-tests.ts'

const app = 'https://app.example'
const stranger = 'https://stranger.example'

const startWith = (t: TestContext) => startForTests(t, { env: { VIREO_API_ALLOWED_ORIGINS: `${app} http://localhost:3000` } })

/** As a browser sends it for a page of another site; fetch would not let us. */
const ask = (port: number, method: string, path: string, headers: Record<string, string>) =>
  new Promise<{ status: number | undefined; headers: Record<string, unknown> }>((resolve, reject) => {
    const request = rawRequest({ port, method, path, headers: { host: `localhost:${port}`, 'sec-fetch-site': 'cross-site', ...headers } })
    request.on('response', (response) => resolve({ status: response.resume().statusCode, headers: response.headers })).on('error', reject)
    request.end()
  })

test('pages of an allowed origin may ask for feeds and send events, and may ask beforehand', async (t) => {
  const { httpPort } = await startWith(t)
  for (const path of ['/v1/feed', '/v1/events']) {
    for (const origin of [app, 'http://localhost:3000']) {
      const before = await ask(httpPort, 'OPTIONS', path, { origin, 'access-control-request-method': 'POST' })
      assert.deepEqual([before.status, before.headers['access-control-allow-origin']], [204, origin])
      assert.match(String(before.headers['access-control-allow-headers']), /authorization, content-type/)
      assert.ok(Number(before.headers['access-control-max-age']) > 0)
      const call = await ask(httpPort, 'POST', path, { origin })
      assert.deepEqual([call.status, call.headers['access-control-allow-origin'], call.headers.vary], [200, origin, 'origin'])
    }
  }
  assert.equal((await ask(httpPort, 'GET', '/v1/feed/ann', { origin: app })).status, 200)
})

test('pages of an origin that is not listed get in nowhere', async (t) => {
  const { httpPort } = await startWith(t)
  for (const [method, path] of [
    ['OPTIONS', '/v1/feed'],
    ['POST', '/v1/feed'],
    ['POST', '/v1/events'],
  ] as const) {
    const { status, headers } = await ask(httpPort, method, path, { origin: stranger })
    assert.deepEqual([method, path, status, headers['access-control-allow-origin']], [method, path, 403, undefined])
  }
  assert.equal((await ask(httpPort, 'POST', '/v1/feed', {})).status, 403)
})

test('an allowed origin opens neither the catalogue nor administration, nor other names of this machine', async (t) => {
  const { httpPort } = await startWith(t)
  for (const path of ['/v1/videos', '/v1/admin/videos/a/take-down']) {
    assert.equal((await ask(httpPort, 'POST', path, { origin: app })).status, 403)
    assert.equal((await ask(httpPort, 'OPTIONS', path, { origin: app })).status, 404)
  }
  assert.equal((await ask(httpPort, 'POST', '/v1/feed', { origin: app, host: 'rebound.example' })).status, 403)
})

test('an allowed page is told why its call was refused, and needs a key where they are in use', async (t) => {
  const { httpPort, keys } = await startWith(t)
  const { secret } = await keys.create('app', ['feed'])
  const refused = await ask(httpPort, 'POST', '/v1/feed', { origin: app })
  assert.deepEqual([refused.status, refused.headers['access-control-allow-origin']], [401, app])
  assert.equal((await ask(httpPort, 'OPTIONS', '/v1/feed', { origin: app })).status, 204)
  assert.equal((await ask(httpPort, 'POST', '/v1/feed', { origin: app, ...bearer(secret) })).status, 200)
})

test('without the setting nothing answers a preflight', async (t) => {
  const { httpPort } = await startForTests(t)
  assert.equal((await ask(httpPort, 'OPTIONS', '/v1/feed', { origin: app })).status, 404)
})

test('what is no origin stops the start', async (t) => {
  for (const wrong of ['*', 'app.example', 'https://app.example/', 'https://a.example,https://b.example/x'])
    await assert.rejects(startForTests(t, { env: { VIREO_API_ALLOWED_ORIGINS: wrong } }), {
      code: 'CONFIG_WRONG',
      message: /https:\/\/app\.example/,
    })
})
