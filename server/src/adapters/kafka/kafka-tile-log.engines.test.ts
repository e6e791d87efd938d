import assert from 'node:assert/strict'
import { after, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Admin } from '@platformatic/kafka'
import { startKafka } from '../../../../engines/for-tests.ts'
import { hourMs } from '../../clock.ts'
import { recentMs, recentTopicOf, tileTopicOf } from '../../features/tiles/tile-topics.ts'
import { feedViews } from '../../features/views/feed-views.ts'
import type { TileBatch, TilePartition } from '../../ports/tile-log.ts'
import { kafkaForTests } from './kafka-for-tests.ts'
import { clientOptions, type KafkaOptions } from './kafka-options.ts'
import { openKafkaTileLog } from './kafka-tile-log.ts'
import { TileProducerForTests } from './tile-producer-for-tests.ts'
import { prepareTileTopics } from './tile-topics.ts'

const kafka = await startKafka({ own: true })
after(() => kafka[Symbol.asyncDispose]())

const views = [feedViews.video.watches, feedViews.person.impressions]
const nameOf = ({ partition, topic }: TilePartition) => `${topic}/${partition}`

async function topicsForTests(test: TestContext) {
  const options = kafkaForTests(kafka, { partitions: 2 })
  await prepareTileTopics(options, views, { create: true })
  const producer = new TileProducerForTests(options)
  test.after(() => producer.close())
  return { options, producer }
}

/** Reads until it has so many records, from where `positions` are, and moves these. */
async function read(options: KafkaOptions, positions: Map<string, number>, count: number, within = 60_000): Promise<string[]> {
  const log = await openKafkaTileLog(options, views)
  const done = new AbortController()
  const found: string[] = []
  const apply = async (batch: TileBatch) => {
    positions.set(nameOf(batch), batch.next)
    found.push(...batch.records.map(({ value }) => `${nameOf(batch).split('.')[1]} ${Buffer.from(value)}`))
    if (found.length >= count) done.abort()
  }
  try {
    const signal = AbortSignal.any([done.signal, AbortSignal.timeout(within)])
    await log.follow((of) => positions.get(nameOf(of)) ?? 0, apply, signal)
  } finally {
    await log.close()
  }
  return found
}

test('tiles of all partitions of all topics come in their order, and from where one was', async (t) => {
  const { options, producer } = await topicsForTests(t)
  const write = async (round: number) => {
    for (const view of views)
      for (const partition of [0, 1]) for (const n of [1, 2]) await producer.writeText(view, partition, 'k', `${round}.${n}`)
  }
  const positions = new Map<string, number>()
  for (const round of [1, 2]) {
    await write(round)
    const found = await read(options, positions, 8)
    const expected = views.flatMap((view) =>
      [0, 1].flatMap((partition) => [1, 2].map((n) => `${tileTopicOf(view, '')}/${partition} ${round}.${n}`)),
    )
    // Of one partition as they were written.
    assert.deepEqual(found.toSorted(), expected.toSorted())
    for (const name of positions.keys()) {
      const own = found.filter((each) => each.startsWith(`${name.split('.')[1]} `))
      assert.deepEqual(own, own.toSorted())
    }
  }
})

test('a reader outlasts a broker that is killed and comes back', async (t) => {
  const { options, producer } = await topicsForTests(t)
  const [view] = views as [(typeof views)[0]]
  await producer.writeText(view, 0, 'k', 'before')
  const reading = read(options, new Map(), 2, 120_000)
  await sleep(500)
  await kafka.kill()
  await kafka.restart()
  await producer.writeText(view, 1, 'k', 'after')
  assert.deepEqual(
    (await reading).map((each) => each.split(' ')[1]),
    ['before', 'after'],
  )
})

test('topics that nobody has made are told with the command that makes them', async () => {
  await assert.rejects(openKafkaTileLog(kafkaForTests(kafka, { partitions: 2 }), views), (error: Error & { code: string }) => {
    assert.equal(error.code, 'KAFKA_TOPIC_MISSING')
    return error.message.includes('vireo flink deploy')
  })
})

test('a topic that was made anew is told, rather than read from the middle', async (t) => {
  const { options, producer } = await topicsForTests(t)
  const [view] = views as [(typeof views)[0]]
  const admin = new Admin(clientOptions(options))
  t.after(() => admin.close())
  await producer.writeText(view, 0, 'k', 'old')
  const positions = new Map<string, number>()
  await read(options, positions, 1)
  await admin.deleteTopics({ topics: [tileTopicOf(view, options.topicPrefix)] })
  await prepareTileTopics(options, views, { create: true })
  await assert.rejects(read(options, positions, 1), { code: 'KAFKA_LOG_CUT' })
})

test('tiles of less than a day go when no window reaches back to them, and those of days stay', async (t) => {
  const { options, producer } = await topicsForTests(t)
  const [view] = views as [(typeof views)[0]]
  const [days, recent] = [tileTopicOf(view, options.topicPrefix), recentTopicOf(view, options.topicPrefix)]
  const longAgoMs = Date.now() - recentMs - hourMs
  for (const topic of [days, recent]) await producer.writeTo(topic, 0, 'k', 'old', longAgoMs)
  await producer.writeTo(recent, 1, 'k', 'new', longAgoMs + 2 * hourMs)
  const log = await openKafkaTileLog(options, views)
  t.after(() => log.close())
  const limit = AbortSignal.timeout(120_000)
  const firstOf = async (topic: string) => (await log.extents()).find((each) => each.topic === topic && each.partition === 0)!.first
  while ((await firstOf(recent)) === 0) await sleep(200, undefined, { signal: limit })
  assert.deepEqual((await read(options, new Map(), 2)).toSorted(), [`${tileTopicOf(view, '')}/0 old`, `${recentTopicOf(view, '')}/1 new`])
})
