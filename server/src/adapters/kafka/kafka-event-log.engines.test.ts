import { after } from 'node:test'
import { startKafka } from '../../../../engines/for-tests.ts'
import { eventLogContract } from '../../ports/event-log-contract.ts'
import { openKafkaEventLog } from './kafka-event-log.ts'
import { kafkaForTests } from './kafka-for-tests.ts'

const kafka = await startKafka()
after(() => kafka[Symbol.asyncDispose]())

for (const partitions of [1, 3]) {
  const open = (place: string) => openKafkaEventLog(kafkaForTests(kafka, { topicPrefix: `${place}.`, partitions }))
  eventLogContract(`kafka, ${partitions} partitions a topic`, open, { reopen: open })
}
