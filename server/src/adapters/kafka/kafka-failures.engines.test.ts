import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { after, type TestContext, test } from 'node:test'
import { Admin } from '@platformatic/kafka'
import { startKafka } from '../../../../engines/for-tests.ts'
import { certificateOf } from '../../../../engines/kafka/kafka.ts'
import { dayMs } from '../../clock.ts'
import { VireoError } from '../../errors.ts'
import type { EventLog, NewRecord, Place } from '../../ports/event-log.ts'
import { openKafkaEventLog } from './kafka-event-log.ts'
import { kafkaForTests } from './kafka-for-tests.ts'
import { clientOptions, type KafkaOptions } from './kafka-options.ts'

const kafka = await startKafka({ own: true })
after(() => kafka[Symbol.asyncDispose]())

test('kill -9 of the broker in the middle of appends loses nothing acknowledged and keeps the order of each key', async (t) => {
  const log = await opened(t, { partitions: 3 })
  const stop = new AbortController()
  const acknowledged = new Map<string, number>()
  const appending = Array.from({ length: 6 }, (_, caller) => appendUntil(stop.signal, log, `caller ${caller}`, acknowledged))
  await until(() => acknowledged.size === 6)
  const before = new Map(acknowledged)
  await kafka.kill()
  await kafka.restart()
  // They go on by themselves.
  await until(() => [...acknowledged].every(([key, last]) => last > before.get(key)! + 1))
  stop.abort()
  await Promise.all(appending)
  const found = await numbersByKey(log)
  for (const [key, last] of acknowledged) {
    assert.deepEqual(
      found.get(key),
      Array.from({ length: last + 1 }, (_, number) => number),
    )
  }
})

test('without a broker an append is refused within its deadline, may be sent again, and then a reader gets it', async (t) => {
  const log = await opened(t, { appendTimeoutMs: 1_500 })
  await log.append([recordOf(0)])
  await kafka.kill()
  const started = performance.now()
  await assert.rejects(log.append([recordOf(1)]), { code: 'LOG_UNAVAILABLE', retryable: true })
  assert.ok(performance.now() - started < 10_000)
  await kafka.restart()
  await retried(() => log.append([recordOf(1)]))
  assert.equal((await numbersByKey(log)).get('somebody')!.at(-1), 1)
})

test('a reader that has caught up outlasts a restart of the broker', async (t) => {
  const log = await opened(t)
  const [start] = await log.append([recordOf(0)])
  const read: number[] = []
  const reading = (async () => {
    for await (const batch of log.read(start!, AbortSignal.timeout(60_000))) {
      read.push(...batch.map(({ offset }) => offset))
      if (read.length >= 2) return
    }
  })()
  await until(() => read.length === 1)
  await kafka.kill()
  await kafka.restart()
  await retried(() => log.append([recordOf(1)]))
  await reading
  assert.deepEqual(read.slice(0, 2), [0, 1])
})

test('more than may wait for the broker is refused, and what waits is written', async (t) => {
  const log = await opened(t, { maxQueuedBytes: 10_000 })
  const first = log.append([recordOf(0, 9_000)])
  await assert.rejects(log.append([recordOf(1, 9_000)]), { code: 'OVERLOADED', retryable: true })
  await first
  assert.deepEqual((await numbersByKey(log)).get('somebody'), [0])
})

test('a record that Kafka is not set up to take is refused by its size', async (t) => {
  const log = await opened(t)
  await assert.rejects(log.append([recordOf(0, 2 * 2 ** 20)]), { code: 'LOG_RECORD_TOO_LARGE', retryable: false })
  await log.append([recordOf(1)])
})

test('appends are acknowledged in the order of the log in each partition, also where calls span several', async (t) => {
  const log = await opened(t, { partitions: 3 })
  const last = new Map<string, number>()
  const one = async () => {
    for (let i = 0; i < 40; i++) {
      const places = await log.append(Array.from({ length: 1 + (i % 4) }, () => ({ ...recordOf(i), key: randomUUID() })))
      for (const { topic, partition, offset } of places) {
        const key = `${topic}/${partition}`
        assert.equal(offset, (last.get(key) ?? -1) + 1)
        last.set(key, offset)
      }
    }
  }
  await Promise.all(Array.from({ length: 12 }, one))
})

test('a position beyond the end of a topic is told, not waited for', async (t) => {
  const log = await opened(t)
  await log.append([recordOf(0)])
  const reading = log.read({ topic: 'events', partition: 0, offset: 5 }, AbortSignal.timeout(30_000))[Symbol.asyncIterator]()
  await assert.rejects(reading.next(), { code: 'KAFKA_LOG_CUT', retryable: false })
})

test('a compacted topic leaves out older records of a key, and readers go over the holes up to its end', async (t) => {
  const log = await opened(t)
  const places: Place[] = []
  // So far apart in time that Kafka begins a new file for each, and so long ago that it compacts them.
  for (let i = 0; i < 20; i++) {
    const timeMs = 1_500_000_000_000 + i * 30 * dayMs
    places.push(...(await log.append([{ ...recordOf(i), topic: 'catalog', timeMs, key: `video ${i % 2}` }])))
  }
  const hole = places[1]!
  await untilAsync(async () => (await log.get(hole)) === undefined)
  const read: number[] = []
  for await (const batch of log.read(hole, AbortSignal.timeout(30_000))) {
    read.push(...batch.map(({ offset }) => offset))
    if (read.at(-1) === places.at(-1)!.offset) break
  }
  assert.ok(read.length < 19 && read[0]! > hole.offset)
  const { first, end } = (await log.extents()).find(({ topic }) => topic === 'catalog')!
  assert.deepEqual([first, end], [0, 20])
})

test('a log over TLS with a password takes and gives records', async (t) => {
  for (const mechanism of ['PLAIN', 'SCRAM-SHA-512'] as const) {
    const log = await opened(t, secure(kafka.credentials.password, { mechanism }))
    await log.append([recordOf(0)])
    assert.deepEqual((await numbersByKey(log)).get('somebody'), [0])
  }
})

test('what is wrong with a cluster is told at the start', async (t) => {
  const topicPrefix = `${randomUUID()}.`
  await refusedWith({ brokers: ['127.0.0.1:9'], requestTimeoutMs: 500 }, 'KAFKA_UNREACHABLE', /127\.0\.0\.1:9.*ECONNREFUSED/)
  await refusedWith(secure('wrong'), 'KAFKA_LOGIN_REFUSED', /authentication/i)
  await refusedWith({ ...secure('wrong'), tls: {}, requestTimeoutMs: 500 }, 'KAFKA_UNREACHABLE', /self.signed/)
  await refusedWith(
    { createTopics: false, topicPrefix },
    'KAFKA_TOPIC_MISSING',
    new RegExp(`kafka-topics.sh --create --topic ${topicPrefix}events`),
  )
  await refusedWith({ replicas: 3, topicPrefix }, 'KAFKA_TOPIC_REFUSED', /kafka\.replicas/)
  await opened(t, { topicPrefix, partitions: 2 })
  await refusedWith({ topicPrefix, partitions: 4 }, 'LOG_PARTITIONS', /has 2 partitions/)
  const admin = new Admin(clientOptions(kafkaForTests(kafka)))
  t.after(() => admin.close())
  const resource = { resourceType: 2, resourceName: `${topicPrefix}catalog` } as const
  const configs = [{ name: 'cleanup.policy', value: 'delete', configOperation: 0 }] as const
  await admin.incrementalAlterConfigs({ resources: [{ ...resource, configs: [...configs] }] })
  await refusedWith({ topicPrefix, partitions: 2 }, 'KAFKA_TOPIC_WRONG', /catalog has cleanup\.policy=delete.*compact,delete/)
})

test('a password is in no error', async () => {
  const error = await openKafkaEventLog(kafkaForTests(kafka, secure('hunter2hunter2'))).catch((reason: unknown) => reason)
  assert.ok(error instanceof Error)
  const texts: string[] = []
  for (let each: unknown = error; each instanceof Error; each = each.cause) texts.push(each.stack ?? '', JSON.stringify(each))
  assert.ok(!texts.join().includes('hunter2'))
})

function secure(password: string, { mechanism = 'PLAIN' }: { readonly mechanism?: 'PLAIN' | 'SCRAM-SHA-512' } = {}): Partial<KafkaOptions> {
  return {
    brokers: [kafka.addresses.secure],
    tls: { ca: readFileSync(certificateOf(kafka.folder), 'utf8') },
    sasl: { mechanism, username: kafka.credentials.user, password },
  }
}

async function refusedWith(others: Partial<KafkaOptions>, code: string, message: RegExp): Promise<void> {
  const opening = openKafkaEventLog(kafkaForTests(kafka, others))
  await assert.rejects(opening, (error) => {
    assert.ok(error instanceof VireoError)
    assert.deepEqual([error.code, message.test(error.message)], [code, true], error.message)
    return true
  })
}

async function opened(t: TestContext, others: Partial<KafkaOptions> = {}): Promise<EventLog> {
  const log = await openKafkaEventLog(kafkaForTests(kafka, others))
  t.after(() => log.close())
  return log
}

/** Appends numbers under a key, one after the other, until the signal aborts; a number that is refused is sent again. */
async function appendUntil(stop: AbortSignal, log: EventLog, key: string, acknowledged: Map<string, number>): Promise<void> {
  for (let number = 0; !stop.aborted; number++) {
    await log.append([{ ...recordOf(number), key }])
    acknowledged.set(key, number)
  }
}

async function numbersByKey(log: EventLog): Promise<Map<string, number[]>> {
  const found = new Map<string, number[]>()
  for (const { topic, partition, first, end } of await log.extents()) {
    if (topic !== 'events' || first === end) continue
    for await (const batch of log.read({ topic, partition, offset: first }, AbortSignal.timeout(30_000))) {
      for (const { key, value } of batch) found.set(key, [...(found.get(key) ?? []), Buffer.from(value).readUInt32BE()])
      if (batch.at(-1)!.offset + 1 >= end) break
    }
  }
  return found
}

function recordOf(number: number, bytes = 4): NewRecord {
  const value = Buffer.alloc(bytes)
  value.writeUInt32BE(number)
  return { topic: 'events', key: 'somebody', timeMs: Date.now(), value }
}

const until = (isSo: () => boolean) => untilAsync(async () => isSo())

async function untilAsync(isSo: () => Promise<boolean>): Promise<void> {
  for (const limit = AbortSignal.timeout(60_000); !(await isSo()); ) {
    limit.throwIfAborted()
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

async function retried<Result>(work: () => Promise<Result>): Promise<Result> {
  for (const limit = AbortSignal.timeout(60_000); ; ) {
    try {
      return await work()
    } catch (error) {
      if (limit.aborted || !(error instanceof VireoError && error.retryable)) throw error
    }
  }
}
