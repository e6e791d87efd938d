import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startFlink, startKafka, startRedis, startToxiproxy } from '../../engines/for-tests.ts'
import { NetworkProxy, type Toxic } from '../../engines/toxiproxy/network-proxy.ts'
import { S3ForTests } from '../../server/src/adapters/s3/s3-for-tests.ts'
import type { Benchmark, Figure } from '../benchmark.ts'
import { serverCore } from '../pinning.ts'
import { repository } from '../sample.ts'
import { checkEffects } from './fault-check.ts'
import { FaultLoad } from './fault-load.ts'
import { type Outcome, rowOf, tableHead } from './fault-outcome.ts'
import { FaultTiles } from './fault-tiles.ts'
import { sharedEnvironment, startServer, withVideos } from './shared-servers.ts'

/** What breaks, and how long it lasts. */
const faultMs = 4_000
const restartAfterMs = 1_500
const warmUpMs = 30_000
const videos = 400
const page = join(repository, 'docs/faults.md')
const [begin, end] = ['<!-- made by npm run bench:engines -- faults -->', '<!-- end -->']

interface Breakable {
  readonly name: string
  readonly proxy: NetworkProxy
  readonly engine: { kill(): Promise<void>; restart(): Promise<void> }
}

interface Fault {
  readonly name: string
  readonly begin: (of: Breakable) => Promise<void>
  readonly end: (of: Breakable) => Promise<void>
}

const through = (name: string, toxics: readonly Toxic[]): Fault => ({
  name,
  async begin({ proxy }) {
    for (const toxic of toxics) await proxy.add(toxic)
  },
  end: ({ proxy }) => proxy.heal(),
})

const faults: readonly Fault[] = [
  through('100 ms slower', [{ type: 'latency', attributes: { latency: 100 } }]),
  through('1 s slower', [{ type: 'latency', attributes: { latency: 1_000 } }]),
  { name: 'cut off', begin: ({ proxy }) => proxy.cut(), end: ({ proxy }) => proxy.heal() },
  through('connections reset', [
    { type: 'reset_peer', attributes: { timeout: 50 } },
    { type: 'reset_peer', attributes: { timeout: 50 }, stream: 'upstream' },
  ]),
  {
    name: 'killed and restarted',
    async begin({ engine }) {
      await engine.kill()
      await sleep(restartAfterMs)
      await engine.restart()
    },
    end: () => Promise.resolve(),
  },
]

export const faultsOfEngines: Benchmark = {
  name: 'faults',
  about: 'two servers under load while Kafka, Redis, S3 or Flink is slow, cut off, reset or killed; writes the table of docs/faults.md',
  async run({ quick, say }) {
    // Engines stay on the core of those who ask: servers have theirs, as they would on machines of their own.
    await using kafka = await startKafka({ own: true })
    await using redis = await startRedis({ own: true })
    await using s3 = await S3ForTests.start({ own: true })
    await using flink = await startFlink({ own: true })
    await using toxiproxy = await startToxiproxy({ own: true })
    const { api } = toxiproxy.addresses
    const gateway = new URL(s3.s3.endpoint).host
    const kafkaProxy = await NetworkProxy.open(api, 'kafka', kafka.addresses.around, kafka.addresses.aroundAs)
    // Servers come another way than Flink, which breaks by itself.
    const flinkProxy = await NetworkProxy.open(api, 'kafka-of-flink', kafka.addresses.aside, kafka.addresses.asideAs)
    const [redisProxy, s3Proxy] = [
      await NetworkProxy.open(api, 'redis', redis.addresses.redis),
      await NetworkProxy.open(api, 's3', gateway),
    ]
    const engines: readonly Breakable[] = [
      { name: 'Kafka', proxy: kafkaProxy, engine: kafka },
      { name: 'Redis', proxy: redisProxy, engine: redis },
      { name: 'S3', proxy: s3Proxy, engine: s3.gateway },
      { name: 'Flink', proxy: flinkProxy, engine: { kill: () => flink.kill('task-manager'), restart: () => flink.restart() } },
    ]
    const around = { brokers: kafkaProxy.address, redis: redisProxy.address, redisPassword: redis.credentials.password }
    const settings = {
      ...sharedEnvironment(around),
      VIREO_LOG_LEVEL: 'silent',
      VIREO_KAFKA_APPEND_TIMEOUT_MS: '3000',
      VIREO_FEATURES_TILES: 'topics',
      VIREO_FLINK_REST_URL: flink.addresses.rest,
      VIREO_FLINK_GATEWAY_URL: flink.addresses.gateway,
      VIREO_FLINK_KAFKA_BROKERS: flinkProxy.address,
    }
    // It reads what is there past the faults.
    const direct = { ...settings, VIREO_KAFKA_BROKERS: kafka.addresses.brokers }
    await using opened = new AsyncDisposableStack()
    const tiles = opened.adopt(await FaultTiles.open(direct), (tiles) => tiles.close())
    const lake = {
      VIREO_LAKE_ENABLED: 'true',
      VIREO_LAKE_COMMIT_SECONDS: '1',
      VIREO_LAKE_LOCATION: `s3://${s3.bucket}/lake`,
      ...s3.settings,
      VIREO_S3_ENDPOINT: `http://${s3Proxy.address}`,
    }
    const start = async (own: Record<string, string>) =>
      opened.adopt(await startServer(String(serverCore), { ...settings, ...own }), (server) => server.stop())
    const servers = [await start(lake), await start({})]
    await withVideos(servers, videos)
    say('a job for Flink')
    await tiles.deploy()
    const load = opened.adopt(new FaultLoad(servers, videos, () => tiles.counted), (load) => load.close())
    await load.during('nothing', () => sleep(quick ? 1_000 : warmUpMs))
    const outcomes: Outcome[] = []
    for (const engine of engines) {
      for (const fault of quick ? faults.slice(2, 3) : faults) {
        say(`${engine.name}: ${fault.name}`)
        outcomes.push(
          await load.during(`${engine.name} ${fault.name}`, async () => {
            const beganMs = performance.now()
            await fault.begin(engine)
            await sleep(Math.max(0, faultMs - (performance.now() - beganMs)))
            await fault.end(engine)
          }),
        )
      }
    }
    say('reading what is in the log')
    const checked = await checkEffects({ servers, environment: direct, sent: load.sent })
    const tilesChecked = await tiles.check()
    if (!quick) writeTable(outcomes)
    return [...checked, ...tilesChecked, ...outcomes.flatMap(figuresOf)]
  },
}

const figuresOf = ({ answered, inTime, name, recoveredS, longestMs }: Outcome): Figure[] => [
  {
    name: `${name}: feeds answered in time`,
    value: (100 * inTime) / answered,
    unit: '%',
    note: `the longest after ${longestMs.toFixed(0)} ms`,
  },
  { name: `${name}: until all is as before`, value: recoveredS, unit: 's' },
]

function writeTable(outcomes: readonly Outcome[]): void {
  const text = readFileSync(page, 'utf8')
  const [before, after] = [text.slice(0, text.indexOf(begin)), text.slice(text.indexOf(end))]
  writeFileSync(page, `${before}${begin}\n\n${tableHead}\n${outcomes.map(rowOf).join('\n')}\n\n${after}`)
}
