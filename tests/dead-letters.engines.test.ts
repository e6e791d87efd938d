import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Consumer } from '@platformatic/kafka'
import { DeadLetterRecord } from '../server/src/generated/vireo/record/v1/records.ts'
import { eventRecord, readWithoutLikes, recordOf } from './records-for-tests.ts'
import { sharedSettings } from './replicas-for-tests.ts'
import { ManualClock, Type, type VireoForTests, vireoForTests } from './vireo-for-tests.ts'

const patienceMs = 60_000

test('several servers keep a record aside, tell of it in a topic, and a replay at one of them applies it once on each', async (t) => {
  const [config, clock] = [sharedSettings(), new ManualClock()]
  const older = await Promise.all([1, 2].map(() => vireoForTests(t, { config, clock, read: readWithoutLikes })))
  const newer = await vireoForTests(t, { config, clock })
  await newer.put('v')
  const garbage = recordOf('events', Buffer.from([0xff, 0xff]))
  await newer.vireo.eventLog.append([garbage, eventRecord({ type: Type.Like }), eventRecord({ eventId: 'watch' })])
  await until(async () => everyOf([...older, newer], async (vireo) => (await vireo.stats('v')).watchCount === 1))
  assert.deepEqual([...older, newer].map(held), [2, 2, 1])
  const told = await lettersIn(config.kafka.brokers, `${config.kafka.topicPrefix}dead-letters`, 2)
  assert.deepEqual(told.map(({ code }) => code).toSorted(), ['RECORD_NEWER', 'RECORD_UNREADABLE'])
  assert.ok(told.some(({ key, topic, value }) => key === garbage.key && topic === 'events' && value.equals(garbage.value)))

  await older[0]!.vireo.close()
  const mended = await vireoForTests(t, { config: { ...config, dataDir: older[0]!.folder }, clock })
  const { applied } = await mended.vireo.services.deadLetters.replay([], AbortSignal.timeout(patienceMs))
  assert.equal(applied, 1)
  await mended.vireo.services.deadLetters.replay([], AbortSignal.timeout(patienceMs))
  await newer.did('bob', Type.Like, 'v')
  await until(async () => everyOf([mended, newer], async (vireo) => (await vireo.stats('v')).likeCount === 2))
  assert.ok((await mended.vireo.feedParts.people.read('ada')).recentEvents.judge('e', 0) !== 'new')
  // One that can read no likes yet still has both. It applies what was ordered before when it can; the other on its order.
  assert.equal(held(older[1]!), 3)
  const late = await older[1]!.restarted()
  assert.deepEqual([(await late.stats('v')).likeCount, held(late)], [1, 2])
  await late.vireo.services.deadLetters.replay([], AbortSignal.timeout(patienceMs))
  assert.deepEqual([(await late.stats('v')).likeCount, (await mended.stats('v')).likeCount], [2, 2])
})

const held = ({ vireo }: VireoForTests) => vireo.services.deadLetters.list(0).total

const everyOf = async (all: readonly VireoForTests[], isSo: (one: VireoForTests) => Promise<boolean>) =>
  (await Promise.all(all.map((one) => isSo(one).catch(() => false)))).every(Boolean)

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const limit = AbortSignal.timeout(patienceMs); !(await isSo()); await sleep(10)) limit.throwIfAborted()
}

/** By place, as soon as there are so many. */
async function lettersIn(brokers: string, topic: string, count: number): Promise<DeadLetterRecord[]> {
  const consumer = new Consumer({ clientId: 'test', groupId: randomUUID(), bootstrapBrokers: [brokers] })
  const letters = new Map<string, DeadLetterRecord>()
  try {
    const stream = await consumer.consume({ topics: [topic], mode: 'earliest' })
    for await (const { key, value } of stream) {
      letters.set(String(key), DeadLetterRecord.decode(value as unknown as Uint8Array))
      if (letters.size === count) break
    }
  } finally {
    await consumer.close(true)
  }
  return [...letters.values()]
}
