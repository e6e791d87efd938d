import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type ServiceError, status } from '@grpc/grpc-js'
import { RecsRequest } from '../generated/vireo/v1/feed.ts'
import { call, fakeServices, startForTests } from './api-for-tests.ts'
import { errorCodes } from './error-codes.ts'

const ann = RecsRequest.create({ userid: 'ann' })

function slowFeed() {
  const services = fakeServices()
  const progress = new EventEmitter()
  const answer = services.feed.getVideos
  services.feed.getVideos = async (request, signal) => {
    progress.emit('asked')
    await once(progress, 'go on', { signal })
    return answer(request, signal)
  }
  return { services, progress }
}

test('a server that stops lets running calls end and takes no new ones', async (t) => {
  const { services, progress } = slowFeed()
  const { feed, url, close } = await startForTests(t, { services })
  const asked = once(progress, 'asked')
  const overGrpc = call(feed, feed.getVideos, ann)
  await asked
  const askedAgain = once(progress, 'asked')
  const overHttp = fetch(`${url}/v1/feed/ann`)
  await askedAgain
  const closed = close(5_000)
  await assert.rejects(fetch(`${url}/healthz`))
  progress.emit('go on')
  assert.equal((await overGrpc).results.length, 1)
  assert.equal((await overHttp).status, 200)
  await closed
})

test('calls that do not end in time are cut off and aborted', async (t) => {
  const { services, progress } = slowFeed()
  const { feed, url, close } = await startForTests(t, { services })
  const asked = once(progress, 'asked')
  const overGrpc = call(feed, feed.getVideos, ann).catch((error: ServiceError) => error.code)
  await asked
  const askedAgain = once(progress, 'asked')
  const overHttp = fetch(`${url}/v1/feed/ann`).catch(() => 'cut off')
  await askedAgain
  await close(50)
  assert.ok([status.UNAVAILABLE, status.CANCELLED, status.INTERNAL].includes((await overGrpc) as number))
  assert.equal(await overHttp, 'cut off')
})

test('a port that is taken stops the start with what to do', async (t) => {
  const { httpPort, grpcPort } = await startForTests(t)
  for (const env of [{ VIREO_HTTP_PORT: String(httpPort) }, { VIREO_GRPC_PORT: String(grpcPort) }])
    await assert.rejects(startForTests(t, { env }), { code: 'PORT_UNAVAILABLE', message: /Change (http|grpc)Port or host/ })
})

test('every code that the server gives is documented', () => {
  const files = readdirSync('server/src', { recursive: true, encoding: 'utf8' })
  const sources = files.filter((name) => name.endsWith('.ts') && !/\.test\.ts$|for-tests|contract\.ts$|^generated/.test(name))
  const given = sources.flatMap((name) => {
    const text = readFileSync(`server/src/${name}`, 'utf8')
    return [...text.matchAll(/(?:new (?:InvalidInput|NotFound|Unavailable)\(|code: )'([A-Z_]+)'/g)].map(([, code]) => code!)
  })
  assert.deepEqual([...new Set(given)].filter((code) => !(code in errorCodes)).sort(), [])
})
