import assert from 'node:assert/strict'
import type { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { instancesChannel } from '@platformatic/kafka'
import { openKafkaEventLog } from './kafka-event-log.ts'
import { kafkaForTests } from './kafka-for-tests.ts'

const noBroker = { addresses: { brokers: '127.0.0.1:9', secure: '', around: '', aroundAs: '', aside: '', asideAs: '' } }

test('a connection that fails a second time, when its failure has been told, ends no process', async () => {
  const connections: EventEmitter[] = []
  instancesChannel.subscribe((created) => {
    const { instance, type } = created as { type: string; instance: EventEmitter }
    if (type === 'connection') connections.push(instance)
  })
  await assert.rejects(openKafkaEventLog(kafkaForTests(noBroker, { requestTimeoutMs: 500 })), { code: 'KAFKA_UNREACHABLE' })
  assert.ok(connections.length > 0)
  for (const connection of connections) assert.doesNotThrow(() => connection.emit('error', new Error('reset by the broker')))
})
