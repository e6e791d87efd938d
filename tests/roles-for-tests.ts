import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { startKafka, startRedis } from '../engines/for-tests.ts'
import { newFolder } from './cli/vireo.ts'

type TestKafka = Pick<Awaited<ReturnType<typeof startKafka>>, 'addresses'>
type TestRedis = Pick<Awaited<ReturnType<typeof startRedis>>, 'addresses' | 'credentials'>

const main = join(import.meta.dirname, '../server/src/cli/main.ts')

/** The variables of servers on these engines, with topics and keys of their own, and with patience for a busy machine. */
export const settingsOn = (
  { kafka, redis }: { readonly kafka: TestKafka; readonly redis: TestRedis },
  name: string,
): Readonly<Record<string, string>> => ({
  VIREO_KAFKA_BROKERS: kafka.addresses.brokers,
  VIREO_KAFKA_TOPIC_PREFIX: `${name}.`,
  VIREO_KAFKA_PARTITIONS: '2',
  VIREO_KAFKA_APPEND_TIMEOUT_MS: '30000',
  VIREO_REDIS_NODES: redis.addresses.redis,
  VIREO_REDIS_PASSWORD: redis.credentials.password,
  VIREO_REDIS_PREFIX: `${name}:`,
  VIREO_REDIS_TIMEOUT_MS: '10000',
  VIREO_FEED_DEADLINE_MS: '10000',
  VIREO_FEED_SOURCE_DEADLINE_MS: '5000',
})

/** Waits until something is so, and resolves with how long that took, in ms. */
export async function until(what: string, isSo: () => Promise<boolean>, patienceMs = 120_000): Promise<number> {
  const beganMs = performance.now()
  while (!(await isSo().catch(() => false))) {
    if (performance.now() - beganMs > patienceMs) throw new Error(`not in time: ${what}`)
    await sleep(100)
  }
  return performance.now() - beganMs
}

/** `v0`, `v1`, …, which may be shown. */
export const clearedVideos = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    video_id: `v${n}`,
    creator_id: `c${n % 20}`,
    title: `Video ${n}`,
    content_url: `https://v.example/${n}`,
    categories: [{ name: `k${n % 3}` }],
    length_ms: 10_000,
    state: 'VIDEO_STATE_CLEARED',
  }))

export const like = (userid: string, videoId: string) => ({ evt_type: 'Like', userid, video_id: videoId })

/** Whoever is not answered within a minute is told so. */
const inTime = () => AbortSignal.timeout(60_000)

export interface Page {
  readonly results?: readonly { readonly videoId: string; readonly reason: string }[]
  readonly degraded?: readonly string[]
}

/** A server with some roles, as a process of its own. */
export class RoleServer {
  readonly http: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, http: string) {
    this.#child = child
    this.http = http
  }

  /** Starts it and waits until it works. `settings` are variables; without a `dataDir` it has a folder of its own. */
  static async start(roles: string, settings: Readonly<Record<string, string>>, dataDir = join(newFolder(), 'data')): Promise<RoleServer> {
    const env = { VIREO_DATA_DIR: dataDir, VIREO_HTTP_PORT: '0', VIREO_GRPC_PORT: '0', VIREO_LOG_LEVEL: 'warn', ...settings }
    const child = spawn(process.execPath, [main, 'start', '--roles', roles, '--no-sample', '--json'], {
      env: { ...process.env, NODE_NO_WARNINGS: '1', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    process.on('exit', () => child.kill('SIGKILL'))
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
    while (!said.includes('}\n')) {
      const [code] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [unknown]
      if (child.exitCode !== null) throw new Error(`${roles} ended with ${code}`)
    }
    const { metrics } = JSON.parse(said) as { metrics: string }
    return new RoleServer(child, metrics.slice(0, -'/metrics'.length))
  }

  /** A metric's value, without labels; undefined where there is none. */
  async metric(name: string): Promise<number | undefined> {
    const text = await (await fetch(`${this.http}/metrics`)).text()
    const line = text.split('\n').find((each) => each.startsWith(`${name} `))
    return line === undefined ? undefined : Number(line.slice(name.length + 1))
  }

  async send(path: string, body: object): Promise<Response> {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${this.http}${path}`, { method: 'POST', headers, body: JSON.stringify(body), signal: inTime() })
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
    return answer
  }

  /** The person's next page. */
  async page(person: string, count: number): Promise<Page> {
    const answer = await fetch(`${this.http}/v1/feed/${person}?result_per_page=${count}`, { signal: inTime() })
    if (!answer.ok) throw new Error(await answer.text())
    return (await answer.json()) as Page
  }

  kill(): Promise<unknown> {
    return this.#end('SIGKILL')
  }

  stop(): Promise<unknown> {
    return this.#end('SIGINT')
  }

  async #end(signal: NodeJS.Signals): Promise<unknown> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exited = once(this.#child, 'exit')
    this.#child.kill(signal)
    return exited
  }
}
