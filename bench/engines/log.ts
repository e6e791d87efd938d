import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startKafka } from '../../engines/for-tests.ts'
import { openSqliteEventLog } from '../../server/src/adapters/embedded/sqlite-event-log.ts'
import { openKafkaEventLog } from '../../server/src/adapters/kafka/kafka-event-log.ts'
import { kafkaForTests } from '../../server/src/adapters/kafka/kafka-for-tests.ts'
import type { EventLog, NewRecord } from '../../server/src/ports/event-log.ts'
import type { Benchmark, Figure } from '../benchmark.ts'
import { percentile } from '../percentile.ts'
import { onAllCores } from '../pinning.ts'

/** Of an event with its facts. */
const recordBytes = 200
const partitions = 12
const people = 10_000
const callers = 200
/** As a client's batch of events becomes them. */
const recordsACall = 20

export const log: Benchmark = {
  name: 'log',
  about: `records of ${recordBytes} bytes made durable in the log on Kafka and in the file, and read again`,
  async run({ quick, say }) {
    await using kafka = await onAllCores(() => startKafka({ own: true }))
    const folder = mkdtempSync(join(tmpdir(), 'vireo-bench-log-'))
    try {
      const onKafka = await openKafkaEventLog(kafkaForTests(kafka, { partitions }))
      const inFile = await openSqliteEventLog({ file: join(folder, 'log.sqlite'), partitions })
      const figures: Figure[] = []
      for (const [where, eventLog] of [
        ['Kafka', onKafka],
        ['the file', inFile],
      ] as const) {
        say(where)
        figures.push(...(await measure(where, eventLog, quick ? 20_000 : 400_000, quick ? 200 : 2_000)))
        await eventLog.close()
      }
      return figures
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
}

async function measure(where: string, eventLog: EventLog, records: number, singles: number): Promise<Figure[]> {
  await appendAll(eventLog, records / 10)
  const before = await total(eventLog)
  const appendS = await seconds(() => appendAll(eventLog, records))
  const after = await total(eventLog)
  if (after - before < records) throw new Error(`${after - before} of ${records} records are in the log`)
  const readS = await seconds(() => readAll(eventLog))
  const ms: number[] = []
  for (let i = 0; i < singles; i++) {
    const started = performance.now()
    await eventLog.append([recordOf(i)])
    ms.push(performance.now() - started)
  }
  return [
    {
      name: `records made durable, ${where}`,
      value: records / appendS,
      unit: '/s',
      note: `${callers} callers, ${recordsACall} records a call`,
    },
    { name: `records read again, ${where}`, value: after / readS, unit: '/s' },
    { name: `one record made durable, ${where}, p50`, value: percentile(ms, 0.5), unit: 'ms' },
    { name: `one record made durable, ${where}, p99`, value: percentile(ms, 0.99), unit: 'ms' },
  ]
}

async function appendAll(eventLog: EventLog, records: number): Promise<void> {
  let left = records / recordsACall
  const caller = async () => {
    while (left-- > 0) await eventLog.append(Array.from({ length: recordsACall }, (_, i) => recordOf(left * recordsACall + i)))
  }
  await Promise.all(Array.from({ length: callers }, caller))
}

async function readAll(eventLog: EventLog): Promise<void> {
  const extents = (await eventLog.extents()).filter(({ topic, first, end }) => topic === 'events' && first < end)
  await Promise.all(
    extents.map(async ({ topic, partition, first, end }) => {
      for await (const batch of eventLog.read({ topic, partition, offset: first }, AbortSignal.timeout(300_000))) {
        if (batch.at(-1)!.offset + 1 >= end) return
      }
    }),
  )
}

async function total(eventLog: EventLog): Promise<number> {
  return (await eventLog.extents()).reduce((sum, { topic, end }) => sum + (topic === 'events' ? end : 0), 0)
}

const salt = randomUUID()
function recordOf(number: number): NewRecord {
  return { topic: 'events', key: `${salt}-${number % people}`, timeMs: Date.now(), value: new Uint8Array(recordBytes).fill(number) }
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1_000
}
