import { setTimeout as sleep } from 'node:timers/promises'
import { Metadata, type ServiceError } from '@grpc/grpc-js'
import {
  type EventServiceClient,
  SendEventsRequest,
  type SendEventsResponse,
  UserVideoEvent_EventType as Type,
  UserVideoEvent,
} from '../../server/src/generated/vireo/v1/events.ts'
import {
  type Level,
  levelToJSON,
  RecsRequest,
  type RecsResponse,
  type RecsServiceClient,
} from '../../server/src/generated/vireo/v1/feed.ts'
import { eventClient, feedClient } from '../load/clients.ts'
import { random, whole } from '../load/random.ts'
import { videoId } from '../load/synthetic.ts'
import type { ServerProcess } from '../server/server-process.ts'
import type { Outcome } from './fault-outcome.ts'

/** What a page may take: feed.deadlineMs to become durable, a fifth of redis.timeoutMs until Redis is known to be slow, and 50 for all else. */
const budgetMs = 150 + 100 + 50
const [feedsPerS, batchesPerS, eventsPerBatch] = [20, 10, 5]
const people = 300
const callMs = 10_000
const againMs = 200
const patienceMs = 120_000
/** Records that servers have yet to read while more come; an event is several of tiles. */
const [behindUnderLoad, tilesBehindUnderLoad] = [100, 1_000]

interface Client {
  readonly server: ServerProcess
  readonly feed: RecsServiceClient
  readonly events: EventServiceClient
}

type Counted = { -readonly [Name in keyof Outcome]: Outcome[Name] } & { readonly levels: Map<string, number> }

/** People who ask for feeds and do things at servers in between; what was refused they send again, to any of them. */
export class FaultLoad {
  readonly #clients: readonly Client[]
  readonly #videos: number
  /** Of every event that was sent: its video. All are acknowledged in the end. */
  readonly sent = new Map<string, string>()
  readonly #underWay = new Set<Promise<void>>()
  readonly #countedElsewhere: () => number
  /** Events, since the beginning. */
  #acknowledged = 0
  #isClosed = false
  #counted: Counted = nothing('')

  /** `countedElsewhere`: how many of the events somebody else has counted by now. */
  constructor(servers: readonly ServerProcess[], videos: number, countedElsewhere: () => number) {
    this.#videos = videos
    this.#countedElsewhere = countedElsewhere
    this.#clients = servers.map((server) => ({ server, feed: feedClient(server.address), events: eventClient(server.address) }))
  }

  /** Runs while a fault does, and until all is as before. */
  async during(name: string, fault: () => Promise<void>): Promise<Outcome> {
    this.#counted = nothing(name)
    const ending = new AbortController()
    const loading = Promise.all([
      this.#often(feedsPerS, ending.signal, () => this.#ask()),
      this.#often(batchesPerS, ending.signal, () => this.#send()),
    ])
    try {
      await fault()
      const endedMs = performance.now()
      const acknowledged = this.#acknowledged
      const limit = AbortSignal.timeout(patienceMs)
      for (let lacks = await this.#lacks(acknowledged); lacks.length > 0; lacks = await this.#lacks(acknowledged)) {
        if (limit.aborted) throw new Error(`${name}: it has not recovered within ${patienceMs / 1_000} s: ${lacks.join('; ')}`)
        await sleep(50)
      }
      this.#counted.recoveredS = (performance.now() - endedMs) / 1_000
    } finally {
      ending.abort()
    }
    await loading
    await this.settled()
    return this.#counted
  }

  /** Waits until everything that was sent is acknowledged. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay)
  }

  /** Sends nothing again any more, either. */
  close(): void {
    this.#isClosed = true
    for (const { events, feed } of this.#clients) for (const client of [events, feed]) client.close()
  }

  async #often(perSecond: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      const working = work().finally(() => this.#underWay.delete(working))
      this.#underWay.add(working)
      await sleep((-Math.log(1 - random()) * 1_000) / perSecond)
    }
  }

  async #ask(): Promise<void> {
    const counted = this.#counted
    const asked = performance.now()
    const outcome = await page(this.#any(), `person-${whole(people)}`).then(levelOf, codeOf)
    const ms = performance.now() - asked
    counted.answered++
    if (ms <= budgetMs) counted.inTime++
    counted.longestMs = Math.max(counted.longestMs, ms)
    if (outcome === 'REMOVALS_UNKNOWN') counted.removalsUnknown++
    else if (/^[A-Z]/.test(outcome)) counted.failed++
    else counted.levels.set(outcome, (counted.levels.get(outcome) ?? 0) + 1)
  }

  /** Somebody watches some videos in a row. */
  async #send(): Promise<void> {
    const counted = this.#counted
    const userid = `person-${whole(people)}`
    const events = Array.from({ length: eventsPerBatch }, () => {
      const event = { evtType: Type.Watch, userid, videoId: videoId(whole(this.#videos)), eventId: `e${this.sent.size}`, watchMs: 20_000 }
      this.sent.set(`${userid} ${event.eventId}`, event.videoId)
      return UserVideoEvent.fromPartial({ ...event, evtTime: { seconds: BigInt(Math.floor(Date.now() / 1_000)), nanos: 0 } })
    })
    while (!(await sentTo(this.#any(), events))) {
      if (this.#isClosed) return
      counted.refused += eventsPerBatch
      await sleep(againMs)
    }
    counted.acknowledged += eventsPerBatch
    this.#acknowledged += eventsPerBatch
  }

  /** What is not as before, in words. */
  async #lacks(acknowledged: number): Promise<string[]> {
    const counted = this.#countedElsewhere()
    const elsewhere = counted < acknowledged ? [`${acknowledged - counted} events are not in the tiles`] : []
    return [...elsewhere, ...(await Promise.all(this.#clients.map(lacking))).flat()]
  }

  #any(): Client {
    return this.#clients[whole(this.#clients.length)]!
  }
}

async function lacking(client: Client): Promise<string[]> {
  const [answer, isLakeFailing, behind, tilesBehind] = await Promise.all([
    page(client, 'a probe').catch((error: Error) => error),
    metric(client.server, 'vireo_lake_failing'),
    metric(client.server, 'vireo_log_behind_records'),
    metric(client.server, 'vireo_tiles_behind_records'),
  ])
  const lacks: string[] = []
  if (isLakeFailing > 0) lacks.push('the lake fails')
  if (!(behind <= behindUnderLoad)) lacks.push(`${behind} records of the log are to be read`)
  if (!(tilesBehind <= tilesBehindUnderLoad)) lacks.push(`${tilesBehind} records of tiles are to be read`)
  if (answer instanceof Error) return [...lacks, answer.message]
  if (answer.degraded.length > 0) lacks.push(`pages lack ${answer.degraded.join(', ')}`)
  // A page with tokens is in the log and in its person's state.
  if (answer.results.some(({ tracking }) => tracking === '')) lacks.push('pages have no tokens')
  return lacks
}

const nothing = (name: string): Counted => ({
  ...{
    name,
    answered: 0,
    inTime: 0,
    longestMs: 0,
    levels: new Map(),
    removalsUnknown: 0,
    failed: 0,
    acknowledged: 0,
    refused: 0,
    recoveredS: 0,
  },
})

const levelOf = ({ degraded, level }: RecsResponse) =>
  `${levelToJSON(level as Level)
    .replace('LEVEL_', '')
    .toLowerCase()
    .replaceAll('_', ' ')}${degraded.length > 0 ? '+' : ''}`

const codeOf = ({ code, metadata }: ServiceError) => String(metadata?.get('vireo-error-code')[0] ?? `GRPC_${code}`)

function page({ feed }: Client, userid: string): Promise<RecsResponse> {
  const request = RecsRequest.fromPartial({ userid, resultPerPage: 10, allowEmpty: true })
  return new Promise((resolve, reject) => {
    feed.getVideos(request, new Metadata(), { deadline: Date.now() + callMs }, (error: ServiceError | null, answer: RecsResponse) =>
      error ? reject(error) : resolve(answer),
    )
  })
}

/** Whether they were acknowledged, now or before. */
function sentTo({ events }: Client, batch: readonly UserVideoEvent[]): Promise<boolean> {
  const request = SendEventsRequest.create({ events: [...batch] })
  return new Promise((resolve) => {
    events.sendEvents(
      request,
      new Metadata(),
      { deadline: Date.now() + callMs },
      (error: ServiceError | null, answer: SendEventsResponse) =>
        resolve(error === null && answer.accepted + answer.duplicates === batch.length),
    )
  })
}

/** What a server's metrics say; 0 where it has none of that name. */
export async function metric({ httpAddress }: ServerProcess, name: string): Promise<number> {
  const response = await fetch(`${httpAddress}/metrics`, { signal: AbortSignal.timeout(callMs) }).catch(() => undefined)
  const found = new RegExp(`^${name} (\\S+)$`, 'm').exec((await response?.text()) ?? '')
  return Number(found?.[1] ?? 0)
}
