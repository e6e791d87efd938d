import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { test } from 'node:test'
import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire'
import { Client, type ClientDuplexStream, credentials, type Metadata, type ServiceError, status } from '@grpc/grpc-js'
import { service as healthService } from 'grpc-health-check'
import { InvalidInput, Overloaded } from '../../errors.ts'
import { type ImportResponse, Scope } from '../../generated/vireo/v1/admin.ts'
import { StreamEventsRequest, type StreamEventsResponse } from '../../generated/vireo/v1/events.ts'
import { RecsRequest } from '../../generated/vireo/v1/feed.ts'
import { authorized, call, fakeServices, startForTests } from '../api-for-tests.ts'

const failure = async (promise: Promise<unknown>): Promise<ServiceError> => {
  try {
    await promise
  } catch (error) {
    return error as ServiceError
  }
  throw new Error('It did not fail.')
}
const trailer = (metadata: Metadata, name: string) => metadata.get(name)[0]
const ann = RecsRequest.create({ userid: 'ann', requestId: 2n ** 62n })

test('a feed is served', async (t) => {
  const { feed } = await startForTests(t)
  const response = await call(feed, feed.getVideos, ann)
  assert.deepEqual([response.requestId, response.results[0]?.videoId], [2n ** 62n, 'ann-0-0'])
})

test('a client of the original three messages is served without a package', async (t) => {
  const { address } = await startForTests(t)
  const client = new Client(address, credentials.createInsecure())
  t.after(() => client.close())
  // What such a client has generated: the original fields and nothing else.
  const encode = () => Buffer.from(new BinaryWriter().uint32(10).string('ann').uint32(16).int32(3).uint32(24).int32(10).finish())
  const decode = (bytes: Buffer) => {
    const reader = new BinaryReader(bytes)
    const urls: string[] = []
    while (reader.pos < reader.len) {
      const tag = reader.uint32()
      if (tag >>> 3 !== 2) reader.skip(tag & 7)
      else {
        const result = new BinaryReader(reader.bytes())
        while (result.pos < result.len) {
          const inner = result.uint32()
          if (inner >>> 3 === 1) urls.push(result.string())
          else result.skip(inner & 7)
        }
      }
    }
    return urls
  }
  const urls = await new Promise((resolve, reject) => {
    client.makeUnaryRequest('/RecsService/GetVideos', encode, decode, null, (error, value) => (error ? reject(error) : resolve(value)))
  })
  assert.deepEqual(urls, ['https://v/1'])
})

test('a failure has its status, and its code, field and retryability in the trailers', async (t) => {
  const services = fakeServices()
  const { feed, catalog, lines } = await startForTests(t, { services })
  const none = await failure(call(catalog, catalog.getVideo, { videoId: 'none' }))
  assert.deepEqual(
    [none.code, none.details, trailer(none.metadata, 'vireo-error-code')],
    [status.NOT_FOUND, 'No such video.', 'VIDEO_UNKNOWN'],
  )
  const failures: [Error, number, string, string, string | undefined][] = [
    [new InvalidInput('USERID_MISSING', 'userid', 'Who?'), status.INVALID_ARGUMENT, 'USERID_MISSING', 'false', 'userid'],
    [new Overloaded('Later.'), status.UNAVAILABLE, 'OVERLOADED', 'true', undefined],
    [new DOMException('slow', 'TimeoutError'), status.DEADLINE_EXCEEDED, 'DEADLINE_EXCEEDED', 'true', undefined],
  ]
  for (const [thrown, code, name, retryable, field] of failures) {
    services.feed.getVideos = async () => Promise.reject(thrown)
    const { code: got, metadata } = await failure(call(feed, feed.getVideos, ann))
    const names = ['code', 'retryable', 'field'].map((part) => trailer(metadata, `vireo-error-${part}`))
    assert.deepEqual([got, ...names], [code, name, retryable, field])
  }
  assert.deepEqual(lines, [])
})

test('of a failure that nobody foresaw the log has all and the caller nothing', async (t) => {
  const services = fakeServices()
  services.feed.getVideos = async () => Promise.reject(new Error('/etc/private is gone'))
  const { feed, lines } = await startForTests(t, { services })
  const { code, details } = await failure(call(feed, feed.getVideos, ann))
  assert.equal(code, status.INTERNAL)
  assert.doesNotMatch(details, /private/)
  assert.match(lines.join(), /private is gone/)
})

test('a message that can not be read is the fault of the caller', async (t) => {
  const { address } = await startForTests(t)
  const client = new Client(address, credentials.createInsecure())
  t.after(() => client.close())
  const sent = new Promise((resolve, reject) => {
    const asIs = (bytes: Buffer) => bytes
    const garbage = Buffer.from([10, 200, 1])
    client.makeUnaryRequest('/vireo.v1.RecsService/GetVideos', asIs, asIs, garbage, (error, value) =>
      error ? reject(error) : resolve(value),
    )
  })
  const { code, metadata } = await failure(sent)
  assert.deepEqual([code, trailer(metadata, 'vireo-error-code')], [status.INVALID_ARGUMENT, 'MALFORMED_BODY'])
})

test('messages and batches that are too large are refused', async (t) => {
  const { events } = await startForTests(t, { env: { VIREO_LIMITS_BATCH_SIZE: '2', VIREO_LIMITS_BODY_MB: '1' } })
  const { events: rows } = StreamEventsRequest.create({ events: [{}, {}, { reason: 'x'.repeat(2 ** 20) }] })
  const batch = await failure(call(events, events.sendEvents, { events: [rows[0]!, rows[0]!, rows[0]!] }))
  assert.deepEqual([batch.code, trailer(batch.metadata, 'vireo-error-code')], [status.INVALID_ARGUMENT, 'BATCH_TOO_LARGE'])
  assert.equal((await failure(call(events, events.sendEvents, { events: [rows[2]!] }))).code, status.RESOURCE_EXHAUSTED)
})

test('a stream of batches is summed up, with refusals counted over the whole stream', async (t) => {
  const { events } = await startForTests(t)
  const answered = await new Promise<StreamEventsResponse>((resolve, reject) => {
    const stream = events.streamEvents((error, response) => (error ? reject(error) : resolve(response)))
    for (const videos of [['a', 'bad'], [], ['b', 'c', 'bad']])
      stream.write(StreamEventsRequest.create({ events: videos.map((videoId) => ({ videoId })) }))
    stream.end()
  })
  assert.deepEqual([answered.accepted, answered.refusedCount, answered.refused.map((row) => row.index)], [3, 2, [1, 4]])
})

test('of the refusals of a stream the first 1,000 are listed', async (t) => {
  const { events } = await startForTests(t)
  const bad = StreamEventsRequest.create({ events: Array.from({ length: 400 }, () => ({ videoId: 'bad' })) })
  const answered = await new Promise<StreamEventsResponse>((resolve, reject) => {
    const stream = events.streamEvents((error, response) => (error ? reject(error) : resolve(response)))
    for (let batch = 0; batch < 3; batch++) stream.write(bad)
    stream.end()
  })
  assert.deepEqual([answered.refusedCount, answered.refused.length, answered.refused.at(-1)?.index], [1_200, 1_000, 999])
})

test('a stream whose batches are slow to accept holds its sender back', async (t) => {
  const services = fakeServices()
  const progress = new EventEmitter()
  services.events.accept = async (_, signal) => {
    progress.emit('accepting')
    await once(progress, 'go on', { signal })
    return { accepted: 1, duplicates: 0, refused: [] }
  }
  const { events } = await startForTests(t, { services })
  const stream = events.streamEvents(() => {})
  stream.on('error', () => {})
  const batch = StreamEventsRequest.create({ events: [{ reason: 'x'.repeat(500_000) }] })
  let sent = 0
  const fill = () => {
    while (sent < 200 && stream.write(batch)) sent++
  }
  stream.on('drain', fill)
  fill()
  await once(progress, 'accepting')
  await new Promise((resolve) => setTimeout(resolve, 300))
  assert.ok(sent < 60, `${sent} of 200 batches were taken`)
  stream.cancel()
})

test('an import tells how far it is, message by message', async (t) => {
  const { admin } = await startForTests(t)
  const rows: bigint[] = []
  for await (const { rowsDone } of admin.import({ folder: '/data', shiftToNow: true }) as AsyncIterable<ImportResponse>) rows.push(rowsDone)
  assert.deepEqual(rows, [1n, 2n])
})

test('a caller that cancels, or whose deadline passes, aborts its call', async (t) => {
  const services = fakeServices()
  const progress = new EventEmitter()
  services.feed.getVideos = async (_, signal) => {
    progress.emit('asked')
    await once(signal, 'abort')
    progress.emit('aborted')
    throw new Error('no such socket')
  }
  const { feed, lines } = await startForTests(t, { services })
  const cancelled = feed.getVideos(ann, () => {})
  await once(progress, 'asked')
  cancelled.cancel()
  await once(progress, 'aborted')
  const late = new Promise<ServiceError | null>((resolve) =>
    feed.getVideos(ann, authorized(undefined), { deadline: Date.now() + 50 }, resolve),
  )
  await once(progress, 'aborted')
  assert.equal((await late)?.code, status.DEADLINE_EXCEEDED)
  assert.deepEqual(lines, [])
})

test('a cancelled import stops', async (t) => {
  const services = fakeServices()
  const stopped = new EventEmitter()
  services.operations.import = async function* (_, signal) {
    yield { rowsDone: 1n, rowsTotal: 2n, phase: 'events', refused: {}, finished: false }
    await once(signal, 'abort')
    stopped.emit('stopped')
  }
  const { admin } = await startForTests(t, { services })
  const stream = admin.import({ folder: '/data', shiftToNow: false })
  stream.on('error', () => {})
  await once(stream, 'data')
  stream.cancel()
  await once(stopped, 'stopped')
})

test('keys are created, listed and revoked', async (t) => {
  const { admin, keys } = await startForTests(t)
  const made = await call(admin, admin.createKey, { name: 'app', scopes: [Scope.SCOPE_ADMIN] })
  assert.match(made.secret, /^vk_[0-9a-f]{12}_[\w-]{43}$/)
  const listed = await call(admin, admin.listKeys, {}, made.secret)
  assert.deepEqual(listed.keys, [made.key])
  await call(admin, admin.revokeKey, { keyId: made.key!.keyId }, made.secret)
  assert.ok(keys.isEmpty())
  assert.equal((await failure(call(admin, admin.revokeKey, { keyId: 'gone' }))).code, status.NOT_FOUND)
  assert.equal((await failure(call(admin, admin.createKey, { name: 'app', scopes: [] }))).code, status.INVALID_ARGUMENT)
})

interface ReflectionAnswer {
  listServicesResponse?: { service: { name: string }[] }
  fileDescriptorResponse?: { fileDescriptorProto: Buffer[] }
  errorResponse?: { errorCode: number }
}
for (const version of ['v1', 'v1alpha'])
  test(`reflection ${version} lists every service and finds symbols with all that they import`, async (t) => {
    const { loadSync } = await import('@grpc/proto-loader')
    const { address } = await startForTests(t)
    const proto = `node_modules/@grpc/reflection/build/proto/grpc/reflection/${version}/reflection.proto`
    const definition = loadSync(proto, { oneofs: true })[`grpc.reflection.${version}.ServerReflection`] as Record<string, never>
    const { path, requestSerialize, responseDeserialize } = definition.ServerReflectionInfo!
    const client = new Client(address, credentials.createInsecure())
    t.after(() => client.close())
    const stream: ClientDuplexStream<object, ReflectionAnswer> = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize)
    const ask = async (question: object) => {
      stream.write(question)
      return (await once(stream, 'data'))[0] as ReflectionAnswer
    }
    const listed = (await ask({ listServices: '' })).listServicesResponse?.service.map(({ name }) => name)
    const expected = ['RecsService', ...['Admin', 'Catalog', 'Console', 'Event', 'Recs'].map((name) => `vireo.v1.${name}Service`)]
    assert.deepEqual(listed?.sort(), expected)
    for (const symbol of ['RecsService', 'RecsService.GetVideos', 'vireo.v1.UserVideoEvent.EventType', 'vireo.v1.Video.title'])
      assert.ok((await ask({ fileContainingSymbol: symbol })).fileDescriptorResponse, symbol)
    const file = await ask({ fileByFilename: 'original/recs_service.proto' })
    assert.ok(file.fileDescriptorResponse!.fileDescriptorProto.length >= 2)
    assert.equal((await ask({ fileContainingSymbol: 'gone' })).errorResponse?.errorCode, status.NOT_FOUND)
    stream.end()
    await once(stream, 'end')
  })

test('health says whether feeds can be answered, and not serving once the server stops', async (t) => {
  const services = fakeServices()
  let ready = false
  services.operations.ready = () => ready
  const { address, url, close } = await startForTests(t, { services })
  const client = new Client(address, credentials.createInsecure())
  t.after(() => client.close())
  const { path, requestSerialize, responseDeserialize } = healthService.Watch as never
  const watch = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, { service: 'vireo.v1.RecsService' })
  const next = async () => ((await once(watch, 'data'))[0] as { status: string }).status
  assert.equal(await next(), 'NOT_SERVING')
  assert.equal((await fetch(`${url}/readyz`)).status, 503)
  ready = true
  assert.equal(await next(), 'SERVING')
  const last = next()
  const closed = close(5_000)
  assert.equal(await last, 'NOT_SERVING')
  await closed
})
