import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { after } from 'node:test'
import { startKafka, startRedis } from '../engines/for-tests.ts'
import { S3ForTests } from '../server/src/adapters/s3/s3-for-tests.ts'
import { type MigrationRequest, planMigration, runMigration } from '../server/src/compose/migration.ts'
import { type Config, configSchema } from '../server/src/config.ts'
import { createLog } from '../server/src/log.ts'
import type { UntilKilled } from './migrate-until-killed.ts'
import { ManualClock, newFolder } from './vireo-for-tests.ts'

const kafka = await startKafka()
after(() => kafka[Symbol.asyncDispose]())
const redis = await startRedis()
after(() => redis[Symbol.asyncDispose]())
const s3 = await S3ForTests.start()
after(() => s3[Symbol.asyncDispose]())

/** That of all servers here: processes that are killed have that of the machine. */
export const clock = new ManualClock(Date.now())

const surroundings = { clock, log: createLog('silent'), signal: new AbortController().signal, onStep: () => undefined }

export const planned = (request: MigrationRequest) => planMigration(request, surroundings)
export const migrated = (request: MigrationRequest) => runMigration(request, surroundings)

/** Names of its own on the engines. */
export function engines(): Config {
  const name = randomUUID()
  return configSchema.parse({
    dataDir: newFolder(),
    logLevel: 'silent',
    kafka: { brokers: kafka.addresses.brokers, topicPrefix: `${name}.`, partitions: 3, requestTimeoutMs: 60_000 },
    redis: { nodes: redis.addresses.redis, password: redis.credentials.password, prefix: `${name}:`, timeoutMs: 20_000 },
    lake: { location: `s3://${s3.bucket}/${name}/lake`, memoryMb: 256 },
    models: { enabled: false, registry: `s3://${s3.bucket}/${name}/models` },
    s3: s3.s3,
  })
}

/** Runs it in a process that is killed at a step. */
export async function untilKilled(request: MigrationRequest, at: UntilKilled['at']): Promise<void> {
  const args = [join(import.meta.dirname, 'migrate-until-killed.ts'), JSON.stringify({ request, at } satisfies UntilKilled)]
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], { stdio: ['ignore', 'inherit', 'inherit'] })
  const [, signal] = await once(child, 'exit')
  assert.equal(signal, 'SIGKILL', `it was to be killed at ${at.name}`)
}
