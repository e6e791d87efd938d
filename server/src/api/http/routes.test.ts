import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { request as rawRequest } from 'node:http'
import { test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { VireoError } from '../../errors.ts'
import { SendEventsRequest, SendEventsResponse } from '../../generated/vireo/v1/events.ts'
import { fakeServices, postJson, startForTests } from '../api-for-tests.ts'

test('a feed is asked for by POST with names of either style and by GET', async (t) => {
  const { url } = await startForTests(t)
  const expected = {
    requestId: '9007199254740993',
    results: [{ videoUrl: 'https://v/1', videoId: 'ann-2-5' }],
    level: 'LEVEL_FULL',
  }
  const camel = { userid: 'ann', pageNumber: 2, resultPerPage: 5, requestId: '9007199254740993', context: { language: 'en' } }
  const snake = { userid: 'ann', page_number: 2, result_per_page: 5, request_id: '9007199254740993', context: null }
  assert.deepEqual(await (await postJson(`${url}/v1/feed`, camel)).json(), expected)
  assert.deepEqual(await (await postJson(`${url}/v1/feed`, snake)).json(), expected)
  const got = await fetch(`${url}/v1/feed/ann?page_number=2&resultPerPage=5&request_id=9007199254740993`)
  assert.deepEqual(await got.json(), expected)
  assert.equal(got.headers.get('x-content-type-options'), 'nosniff')
})

test('an id in a path may hold any character and be as long as an id can be', async (t) => {
  const { url } = await startForTests(t)
  const id = `${'ü'.repeat(500)}/?#`
  const { video } = (await (await fetch(`${url}/v1/videos/${encodeURIComponent(id)}`)).json()) as { video: { videoId: string } }
  assert.equal(video.videoId, id)
})

test('every route answers', async (t) => {
  const { url } = await startForTests(t)
  const answers: [string, string, unknown, unknown][] = [
    ['POST', '/v1/videos', { videos: [{ videoId: 'a', uploadTime: '2026-01-31T12:00:00.5Z' }] }, { accepted: 1 }],
    ['DELETE', '/v1/videos/a', undefined, {}],
    ['POST', '/v1/admin/videos/a/take-down', { reason: 'spam' }, {}],
    ['POST', '/v1/admin/videos/a/restore', undefined, {}],
    ['GET', '/v1/admin/explain/ann/a', undefined, { verdict: 'ann a' }],
    ['GET', '/v1/admin/status', undefined, { version: 'test', residentBytes: '1099511627776' }],
    ['GET', '/v1/admin/pipeline', undefined, { stages: [{ kind: 'source', name: 'trending', onFailure: 'skip', deadlineMs: 20 }] }],
    ['GET', '/v1/admin/keys', undefined, {}],
    ['GET', '/healthz', undefined, { status: 'alive' }],
    ['GET', '/readyz', undefined, { status: 'ready' }],
  ]
  for (const [method, path, body, expected] of answers) {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    assert.deepEqual([path, response.status, await response.json()], [path, 200, expected])
  }
})

test('events travel as protobuf too, and the answer does if it is asked for', async (t) => {
  const { url } = await startForTests(t)
  const body = SendEventsRequest.encode(SendEventsRequest.create({ events: [{ videoId: 'a' }, { videoId: 'bad' }] })).finish()
  const headers = { 'content-type': 'application/x-protobuf' }
  const json = await fetch(`${url}/v1/events`, { method: 'POST', headers, body })
  assert.equal(((await json.json()) as { accepted: number }).accepted, 1)
  const binary = await fetch(`${url}/v1/events`, { method: 'POST', headers: { ...headers, accept: 'application/protobuf' }, body })
  assert.equal(binary.headers.get('content-type'), 'application/protobuf')
  assert.deepEqual(SendEventsResponse.decode(await binary.bytes()).refused[0]?.index, 1)
})

test('an unknown type of event refuses its row and not the batch', async (t) => {
  const { url } = await startForTests(t)
  const response = await postJson(`${url}/v1/events`, { events: [{ evtType: 'Like' }, { evtType: 'Yawn' }, { evtType: 77 }] })
  const { accepted, refused } = (await response.json()) as { accepted: number; refused: { index: number }[] }
  assert.deepEqual([accepted, refused.map((row) => row.index)], [1, [1, 2]])
})

test('an import answers with lines as it goes, and a failure under way is the last one', async (t) => {
  const services = fakeServices()
  const { url } = await startForTests(t, { services })
  const read = async () => {
    const response = await postJson(`${url}/v1/admin/import`, { folder: '/data' })
    const lines = (await response.text()).trim().split('\n')
    return { status: response.status, type: response.headers.get('content-type'), lines: lines.map((line) => JSON.parse(line)) }
  }
  assert.deepEqual(await read(), {
    status: 200,
    type: 'application/x-ndjson',
    lines: [
      { rowsDone: '1', rowsTotal: '2', phase: 'events' },
      { rowsDone: '2', rowsTotal: '2', phase: 'events', finished: true },
    ],
  })
  const full = new VireoError({ code: 'LOG_FULL', fault: 'server', retryable: true, message: 'Full.' })
  const whole = services.operations.import
  services.operations.import = async function* (...parts) {
    yield* whole(...parts)
    throw full
  }
  assert.deepEqual((await read()).lines[2], { error: { code: 'LOG_FULL', field: '', message: 'Full.', retryable: true } })
  // biome-ignore lint/correctness/useYield: it fails before the first line
  services.operations.import = async function* () {
    throw full
  }
  assert.equal((await read()).status, 503)
})

const malformed: [string, string, unknown, string, RegExp][] = [
  ['a body that is not JSON', '/v1/feed', '{"userid":', '', /not JSON/],
  ['a body that is no object', '/v1/feed', [], '', /must be an object/],
  ['a text for a number', '/v1/feed', { userid: 'a', pageNumber: '2' }, 'pageNumber', /pageNumber must be a whole number of 32 bits/],
  ['a number for a text', '/v1/feed', { userid: 7 }, 'userid', /userid must be a string/],
  ['half a character', '/v1/feed', '{"userid":"\\ud800"}', 'userid', /userid must be a string/],
  ['a fraction', '/v1/feed', { page_number: 1.5 }, 'page_number', /whole number/],
  ['an id beyond 64 bits', '/v1/feed', { requestId: '9223372036854775808' }, 'requestId', /64 bits/],
  ['an id that JSON has rounded', '/v1/feed', '{"requestId":9007199254740993}', 'requestId', /as a string/],
  ['an unknown field', '/v1/feed', { user: 'a' }, 'user', /user is not a field of RecsRequest; it has userid, page_number/],
  ['a list that is none', '/v1/events', { events: {} }, 'events', /events must be a list/],
  ['a row of the wrong type', '/v1/events', { events: [{}, { watchMs: '9' }] }, 'events[1].watchMs', /whole number/],
  ['a row that is null', '/v1/events', { events: [null] }, 'events[0]', /must be an object/],
  ['a type of event that is no name', '/v1/events', { events: [{ evtType: true }] }, 'events[0].evtType', /one of Nothing, Watch/],
  ['a time that is none', '/v1/events', { events: [{ evtTime: 'now' }] }, 'events[0].evtTime', /a time such as/],
  ['an hour that there is not', '/v1/events', { events: [{ evtTime: '2026-01-01T25:00:00Z' }] }, 'events[0].evtTime', /a time such as/],
]
test('a malformed body is refused with the field that is wrong', async (t) => {
  const { url } = await startForTests(t)
  for (const [name, path, body, field, message] of malformed) {
    const response = await postJson(`${url}${path}`, body)
    const { error } = (await response.json()) as { error: Record<string, unknown> }
    assert.deepEqual([name, response.status, error.code, error.field, error.retryable], [name, 400, 'MALFORMED_BODY', field, false])
    assert.match(String(error.message), message)
  }
  const query = await fetch(`${url}/v1/feed/ann?page_number=two`)
  assert.equal(((await query.json()) as { error: { field: string } }).error.field, 'page_number')
  const headers = { 'content-type': 'application/protobuf' }
  const wire = await fetch(`${url}/v1/events`, { method: 'POST', headers, body: new Uint8Array([10, 200, 1]) })
  assert.equal(((await wire.json()) as { error: { code: string } }).error.code, 'MALFORMED_BODY')
})

test('too much at once, unknown types and unknown paths are refused', async (t) => {
  const { url } = await startForTests(t, { env: { VIREO_LIMITS_BATCH_SIZE: '2', VIREO_LIMITS_BODY_MB: '1' } })
  const code = async (response: Response) => [response.status, ((await response.json()) as { error: { code: string } }).error.code]
  assert.deepEqual(await code(await postJson(`${url}/v1/events`, { events: [{}, {}, {}] })), [413, 'BATCH_TOO_LARGE'])
  assert.deepEqual(await code(await postJson(`${url}/v1/events`, 'x'.repeat(2 ** 20 + 1))), [413, 'BODY_TOO_LARGE'])
  assert.deepEqual(await code(await fetch(`${url}/v1/feed`, { method: 'POST', body: 'a' })), [415, 'CONTENT_TYPE_UNKNOWN'])
  assert.deepEqual(await code(await fetch(`${url}/v2/feed`)), [404, 'ROUTE_UNKNOWN'])
  assert.deepEqual(await code(await fetch(`${url}/v1/videos/%ff`)), [400, 'MALFORMED_BODY'])
})

test('a caller that hangs up aborts its call', async (t) => {
  const services = fakeServices()
  const events = new EventEmitter()
  services.feed.getVideos = async (_, signal) => {
    events.emit('asked')
    await once(signal, 'abort')
    events.emit('aborted')
    throw signal.reason
  }
  const { httpPort, lines } = await startForTests(t, { services })
  const raw = rawRequest({ port: httpPort, path: '/v1/feed/ann' }).end()
  raw.on('error', () => {})
  await once(events, 'asked')
  raw.destroy()
  await once(events, 'aborted')
  assert.deepEqual(lines, [])
})

test('/openapi.json is valid OpenAPI 3.1 with every route and the comments of the contract', async (t) => {
  const { url } = await startForTests(t)
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as Record<string, Record<string, object>>
  const { valid, errors } = await new Validator().validate(structuredClone(document))
  assert.ok(valid, JSON.stringify(errors))
  assert.equal(Object.values(document.paths!).flatMap((path) => Object.keys(path)).length, 32)
  assert.match(JSON.stringify(document), /Unique for this person; the same id again changes nothing/)
})

test('/metrics counts calls by method and code', async (t) => {
  const { url } = await startForTests(t)
  await fetch(`${url}/v1/videos/none`)
  await fetch(`${url}/v1/videos/a`)
  const text = await (await fetch(`${url}/metrics`)).text()
  assert.match(text, /vireo_api_calls_total\{door="http",method="\/vireo.v1.CatalogService\/GetVideo",code="VIDEO_UNKNOWN"\} 1/)
  assert.match(text, /vireo_api_calls_total\{door="http",method="\/vireo.v1.CatalogService\/GetVideo",code="OK"\} 1/)
  assert.match(text, /nodejs_eventloop_lag_p99_seconds/)
})

test('pages are served beside the contract', async (t) => {
  const { url } = await startForTests(t, {
    pages: (http, _, done) => {
      http.get('/', async () => 'player')
      done()
    },
  })
  assert.equal(await (await fetch(url)).text(), 'player')
})
