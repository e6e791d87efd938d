import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startKafka, startRedis } from '../../engines/for-tests.ts'
import { openKafkaEventLog } from '../../server/src/adapters/kafka/kafka-event-log.ts'
import { kafkaSettings } from '../../server/src/adapters/kafka/kafka-settings.ts'
import { S3ForTests } from '../../server/src/adapters/s3/s3-for-tests.ts'
import type { S3Snapshots } from '../../server/src/adapters/s3/s3-snapshots.ts'
import { openSnapshots, snapshotPlace } from '../../server/src/adapters/snapshot-place.ts'
import { dayMs } from '../../server/src/clock.ts'
import { stateNameOf } from '../../server/src/compose/beside.ts'
import { loadConfig } from '../../server/src/config.ts'
import type { Benchmark, Figure } from '../benchmark.ts'
import { writeHistory } from '../load/history.ts'
import { onAllCores } from '../pinning.ts'
import { withFolder } from '../sample.ts'
import { ServerProcess } from '../server/server-process.ts'
import { sharedEnvironment } from './shared-servers.ts'

const sizes = { videos: 1_000_000, records: 4_000_000, people: 100_000 }
const quickSizes: typeof sizes = { videos: 2_000, records: 20_000, people: 200 }
const spanMs = 8 * dayMs
const readyLimit = { most: 60_000 }
/** Saving a large state for the first time, and copying it, takes a while. */
const snapshotPatienceMs = 1_800_000

export const newServer: Benchmark = {
  name: 'new-server',
  about: 'from the start of a process with an empty data folder to open doors, with a million videos: from the log, and from a snapshot',
  run: ({ profileTo, quick, say }) =>
    withFolder(async (folder) => {
      const size = quick ? quickSizes : sizes
      await using kafka = await onAllCores(() => startKafka({ own: true }))
      await using redis = await onAllCores(() => startRedis({ own: true }))
      await using s3 = await onAllCores(() => S3ForTests.start({ own: true }))
      const brokers = kafka.addresses.brokers
      const settings = {
        ...sharedEnvironment({ brokers, redis: redis.addresses.redis, redisPassword: redis.credentials.password! }),
        VIREO_LAKE_LOCATION: s3.place('bench').url,
        VIREO_S3_ENDPOINT: s3.s3.endpoint,
        VIREO_S3_REGION: s3.s3.region,
        VIREO_S3_PATH_STYLE: 'true',
      }
      const config = loadConfig(settings, folder)
      say(`writing ${size.videos} videos and ${size.records} records to the log`)
      const eventLog = await openKafkaEventLog(kafkaSettings(config))
      const written = await writeHistory(eventLog, { ...size, spanMs, startMs: Date.now() - spanMs })
      await eventLog.close()

      const start = (name: string) => {
        say(`starting ${name}`)
        const dataDir = join(folder, name.replaceAll(' ', '-'))
        mkdirSync(dataDir, { recursive: true })
        const profiling = profileTo === undefined ? {} : { profileTo: join(profileTo, name.replaceAll(' ', '-')) }
        return ServerProcess.start({ dataDir, settings, cores: '0,1', ...profiling })
      }
      const first = await start('the first server')
      const { bytes, seconds } = await snapshotOf(await openSnapshots(snapshotPlace(config, stateNameOf(config))!), say)
      await first.stop()
      const second = await start('a new server')
      await second.stop()
      const again = await start('a new server')
      await again.stop()
      const figures: Figure[] = [
        { name: `ready with the whole log, ${written} records`, value: first.readyAfterMs, unit: 'ms' },
        { name: 'from then to its snapshot', value: seconds, unit: 's', note: 'saving the state for the first time, copying, putting' },
        { name: 'the state', value: bytes / 2 ** 20, unit: 'MiB' },
        { name: 'ready with a snapshot', value: second.readyAfterMs, unit: 'ms', limit: readyLimit },
        { name: 'ready again with the own folder', value: again.readyAfterMs, unit: 'ms' },
      ]
      return figures
    }),
}

/** How large the state in the first snapshot is, in bytes, when there is one, and for how long that was waited for. */
async function snapshotOf(snapshots: S3Snapshots, say: (what: string) => void): Promise<{ bytes: number; seconds: number }> {
  say('waiting for its snapshot')
  const started = performance.now()
  for (const limit = AbortSignal.timeout(snapshotPatienceMs); ; await sleep(500)) {
    limit.throwIfAborted()
    const [newest] = await snapshots.newestFirst()
    if (newest === undefined) continue
    const { files } = await snapshots.read(newest.id)
    return { bytes: files.reduce((sum, file) => sum + file.bytes, 0), seconds: (performance.now() - started) / 1_000 }
  }
}
