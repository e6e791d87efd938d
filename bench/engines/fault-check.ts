import { setTimeout as sleep } from 'node:timers/promises'
import { openKafkaEventLog } from '../../server/src/adapters/kafka/kafka-event-log.ts'
import { kafkaSettings } from '../../server/src/adapters/kafka/kafka-settings.ts'
import { loadConfig } from '../../server/src/config.ts'
import { EventRecord } from '../../server/src/generated/vireo/record/v1/records.ts'
import type { GetVideoRequest, GetVideoResponse } from '../../server/src/generated/vireo/v1/catalog.ts'
import { InspectDataRequest, type InspectDataResponse } from '../../server/src/generated/vireo/v1/console_data.ts'
import type { Figure } from '../benchmark.ts'
import { call, catalogClient, consoleClient } from '../load/clients.ts'
import type { ServerProcess } from '../server/server-process.ts'
import { metric } from './fault-load.ts'

export interface Sent {
  /** The first of them writes the lake. */
  readonly servers: readonly ServerProcess[]
  /** The engines themselves, past what is broken. */
  readonly environment: Readonly<Record<string, string>>
  /** All acknowledged, by person and id: the video. */
  readonly sent: ReadonlyMap<string, string>
}

const patienceMs = 120_000

/** Holds what was acknowledged against the log, the counts of every server, and the lake. */
export async function checkEffects({ environment, sent, servers }: Sent): Promise<Figure[]> {
  const limit = AbortSignal.timeout(patienceMs)
  const inLog = await eventsIn(environment)
  const lost = [...sent.keys()].filter((key) => !inLog.has(key)).length
  const wanted = new Map<string, number>()
  for (const video of sent.values()) wanted.set(video, (wanted.get(video) ?? 0) + 1)
  let [missing, doubled] = [0, 0]
  for (const server of servers) {
    while ((await metric(server, 'vireo_log_behind_records')) > 0) await pause(limit)
    const client = catalogClient(server.address)
    for (const [videoId, count] of wanted) {
      const { stats } = await call<GetVideoRequest, GetVideoResponse>(client, client.getVideo, { videoId })
      missing += Math.max(0, count - stats!.watchCount)
      doubled += Math.max(0, stats!.watchCount - count)
    }
    client.close()
  }
  const none = { unit: 'events', limit: { most: 0 } }
  return [
    { name: 'acknowledged events', value: sent.size, unit: 'events' },
    { name: 'acknowledged events that the log has not', value: lost, ...none },
    { name: 'acknowledged events that a server has not counted', value: missing, ...none },
    { name: 'events that a server has counted twice', value: doubled, ...none },
    { name: 'events more or less in the lake', value: Math.abs((await rowsInLake(servers[0]!, limit)) - inLog.size), ...none },
  ]
}

/** All events of the log, by person and id. */
async function eventsIn(environment: Readonly<Record<string, string>>): Promise<Set<string>> {
  const log = await openKafkaEventLog(kafkaSettings(loadConfig(environment, '/')))
  const found = new Set<string>()
  try {
    for (const { topic, partition, first, end } of await log.extents()) {
      if (topic !== 'events' || first === end) continue
      for await (const records of log.read({ topic, partition, offset: first }, AbortSignal.timeout(patienceMs))) {
        for (const { value } of records) {
          const { eventId, person } = EventRecord.decode(value)
          found.add(`${person} ${eventId}`)
        }
        if (records.at(-1)!.offset + 1 >= end) break
      }
    }
  } finally {
    await log.close()
  }
  return found
}

/** Of events, when it has all that the log has. */
async function rowsInLake(server: ServerProcess, limit: AbortSignal): Promise<number> {
  const client = consoleClient(server.address)
  try {
    for (;;) {
      const data = await call<InspectDataRequest, InspectDataResponse>(client, client.inspectData, InspectDataRequest.create({}))
      const events = data.tables.find(({ table }) => table === 'events')
      if (events?.behind === 0n) return Number(events.rows)
      await pause(limit)
    }
  } finally {
    client.close()
  }
}

async function pause(limit: AbortSignal): Promise<void> {
  limit.throwIfAborted()
  await sleep(200)
}
