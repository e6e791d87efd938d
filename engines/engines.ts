import type { Engine } from './engine.ts'
import { flink } from './flink/flink.ts'
import { kafka } from './kafka/kafka.ts'
import { redis } from './redis/redis.ts'
import { redisCluster } from './redis/redis-cluster.ts'
import { s3 } from './s3/s3.ts'
import { toxiproxy } from './toxiproxy/toxiproxy.ts'

/** What there is to start. */
export const engines: readonly Engine[] = [kafka, redis, redisCluster, s3, flink, toxiproxy]
