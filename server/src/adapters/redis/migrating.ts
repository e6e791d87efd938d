import { VireoError } from '../../errors.ts'
import type { RedisConnection } from './redis-connection.ts'

const migratingKey = (redis: RedisConnection) => `${redis.prefix}migrating`

/** Throws `MIGRATION_UNFINISHED` where what the engines hold is not all. */
export async function refuseUnfinished(redis: RedisConnection): Promise<void> {
  if (!(await isKeptOff(redis))) return
  const message = 'These engines are being filled by `vireo migrate to-engines`, which has not ended: run it again'
  throw new VireoError({ code: 'MIGRATION_UNFINISHED', message, fault: 'client', retryable: false })
}

/** Says that what the engines hold is not all. */
export async function keepOff(redis: RedisConnection): Promise<void> {
  await redis.answer(redis.client.set(migratingKey(redis), 'to-engines'))
}

export async function letIn(redis: RedisConnection): Promise<void> {
  await redis.answer(redis.client.del(migratingKey(redis)))
}

export async function isKeptOff(redis: RedisConnection): Promise<boolean> {
  return (await redis.answer(redis.client.exists(migratingKey(redis)))) === 1
}
