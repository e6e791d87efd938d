import type { TestContext } from 'node:test'
import { KeyStore } from '../../server/src/api/access/key-store.ts'
import type { EventRecord } from '../../server/src/generated/vireo/record/v1/records.ts'
import { Category } from '../../server/src/generated/vireo/v1/catalog.ts'
import { openDoors } from '../../tests/browser-for-tests.ts'
import { ManualClock, type Type, type VireoForTests, videoIds, vireoForTests } from '../../tests/vireo-for-tests.ts'
import { Vireo, type VireoOptions } from '../src/main.ts'

/** Clients have clocks of their own, which don't stand still. */
class RunningClock extends ManualClock {
  override now(): number {
    return Date.now()
  }
}

/** A whole server with videos `v0`, `v1`, …, on free ports; its log tells what has arrived. */
export async function serverForTests(test: TestContext, { videos = 30, allowedOrigins = '', needsKey = false } = {}) {
  const server = await vireoForTests(test, { clock: new RunningClock(), config: { api: { allowedOrigins } } })
  const categories = [Category.create({ name: 'cats', confidence: 0.5 }), Category.create({ name: 'dogs', confidence: 0.9 })]
  await server.put(...videoIds(videos).map((videoId) => ({ videoId, lengthMs: 3_000, categories })))
  const key = needsKey ? (await new KeyStore({ dataDir: server.folder }).create('app', ['feed', 'events'])).secret : ''
  const { grpc, url } = await openDoors(test, server)
  return { server, url, grpc, key }
}

export const is =
  (wanted: Type) =>
  ({ type }: EventRecord) =>
    type === wanted

/** The wanted ones of the events that have arrived, once there are so many. */
export async function arrived(server: VireoForTests, count: number, wanted: (event: EventRecord) => boolean = () => true) {
  for (;;) {
    const events = (await server.events()).filter(wanted)
    if (events.length >= count) return events
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

export interface Call {
  readonly path: string
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of it, it says.
  readonly body: any
}

/** A network that remembers what was sent, and fails as it is told. */
export class Network {
  readonly calls: Call[] = []
  isDown = false
  /** Answers to lose, after the server has given them. */
  lostAnswers = 0

  readonly fetch = async (...[url, init]: Parameters<typeof fetch>): Promise<Response> => {
    const { pathname } = new URL(String(url))
    this.calls.push({ path: pathname, body: JSON.parse(String(init!.body)) })
    if (this.isDown) throw new TypeError('The network is down')
    const response = await fetch(url, init)
    if (this.lostAnswers === 0) return response
    this.lostAnswers--
    throw new TypeError('The answer was lost')
  }

  to(path: string): Call[] {
    return this.calls.filter((call) => call.path === path)
  }
}

/** A client that waits for nothing, closed with the test. */
export function clientForTests(test: TestContext, options: VireoOptions): Vireo {
  const vireo = new Vireo({ userid: 'ada', batchMs: 1, ...options })
  test.after(() => vireo.close(AbortSignal.timeout(1)))
  return vireo
}
