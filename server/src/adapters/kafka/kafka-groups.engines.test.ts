import { after } from 'node:test'
import { startKafka } from '../../../../engines/for-tests.ts'
import { logGroupsContract } from '../../ports/log-groups-contract.ts'
import { openKafkaEventLog } from './kafka-event-log.ts'
import { kafkaForTests } from './kafka-for-tests.ts'
import { KafkaGroups } from './kafka-groups.ts'

const kafka = await startKafka()
after(() => kafka[Symbol.asyncDispose]())

logGroupsContract('kafka', async (t) => {
  const options = kafkaForTests(kafka, { partitions: 6 })
  const log = await openKafkaEventLog(options)
  t.after(() => log.close())
  return { log, groups: new KafkaGroups(options, log) }
})
