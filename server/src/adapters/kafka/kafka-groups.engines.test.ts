import assert from 'node:assert/strict'
import { after, type TestContext, test } from 'node:test'
import { startKafka } from '../../../../engines/for-tests.ts'
import { logGroupsContract } from '../../ports/log-groups-contract.ts'
import { openKafkaEventLog } from './kafka-event-log.ts'
import { kafkaForTests } from './kafka-for-tests.ts'
import { KafkaGroups } from './kafka-groups.ts'

const kafka = await startKafka({ own: true })
after(() => kafka[Symbol.asyncDispose]())

logGroupsContract('kafka', opened)

test('members of a group outlast a restart of the broker, and miss nothing', async (t) => {
  const { log, groups } = await opened(t)
  const stop = new AbortController()
  const applied = new Set<number>()
  const apply = async (records: readonly { readonly timeMs: number }[]) => {
    for (const { timeMs } of records) applied.add(timeMs)
  }
  const members = ['one', 'other'].map(() => groups.join({ group: 'group', topics: ['events'], apply }, stop.signal))
  const append = (first: number) =>
    log.append(Array.from({ length: 50 }, (_, i) => ({ topic: 'events', key: `key ${i}`, timeMs: first + i, value: new Uint8Array(8) })))
  await append(0)
  await until(() => applied.size === 50)
  await kafka.kill()
  await kafka.restart()
  await append(50)
  await until(() => applied.size === 100)
  stop.abort()
  await Promise.all(members)
})

async function opened(t: TestContext) {
  const options = kafkaForTests(kafka, { partitions: 6 })
  const log = await openKafkaEventLog(options)
  t.after(() => log.close())
  return { log, groups: new KafkaGroups(options, log) }
}

async function until(isSo: () => boolean): Promise<void> {
  for (const limit = AbortSignal.timeout(90_000); !isSo(); ) {
    assert.ok(!limit.aborted, 'not within 90 s')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
