import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StatusRequest, StatusResponse } from '../../server/src/generated/vireo/v1/admin.ts'
import { addVideos } from '../load/catalog-load.ts'
import { adminClient, call } from '../load/clients.ts'
import { temporaryFolder } from '../sample.ts'
import { ServerProcess } from '../server/server-process.ts'

/** Where the engines are: themselves, or a way to them. */
export interface EngineAddresses {
  readonly brokers: string
  readonly redis: string
  readonly redisPassword: string
}

export const withoutLake: Readonly<Record<string, string>> = { VIREO_LAKE_ENABLED: 'false' }

const patienceMs = 60_000
const partitions = 4

/** Settings of servers that are one Vireo: topics and keys of their own on these engines. */
export function sharedEnvironment({ brokers, redis, redisPassword }: EngineAddresses): Record<string, string> {
  const name = `bench-${randomUUID().slice(0, 8)}`
  return {
    VIREO_KAFKA_BROKERS: brokers,
    VIREO_KAFKA_TOPIC_PREFIX: `${name}.`,
    VIREO_KAFKA_PARTITIONS: String(partitions),
    VIREO_REDIS_NODES: redis,
    VIREO_REDIS_PASSWORD: redisPassword,
    VIREO_REDIS_PREFIX: `${name}:`,
    ...withoutLake,
  }
}

/** A server in a folder of its own. */
export const startServer = (cores: string, settings: Readonly<Record<string, string>>): Promise<ServerProcess> =>
  ServerProcess.start({ dataDir: mkdtempSync(join(temporaryFolder(), 'data-')), cores, settings })

/** Gives the first server a catalogue, and waits until all have it. */
export async function withVideos(servers: readonly ServerProcess[], count: number): Promise<void> {
  await addVideos(servers[0]!.address, 0, count, count)
  for (const { address } of servers) {
    const admin = adminClient(address)
    const limit = AbortSignal.timeout(patienceMs)
    while ((await call<StatusRequest, StatusResponse>(admin, admin.status, {})).videos < count) {
      limit.throwIfAborted()
      await sleep(50)
    }
    admin.close()
  }
}
