import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { dayMs } from '../server/src/clock.ts'
import { compose, type Surroundings, type Vireo } from '../server/src/compose.ts'
import { type Config, configSchema } from '../server/src/config.ts'
import { type EventRecord, SlateRecord } from '../server/src/generated/vireo/record/v1/records.ts'
import { Video, VideoState } from '../server/src/generated/vireo/v1/catalog.ts'
import { UserVideoEvent_EventType as Type, UserVideoEvent } from '../server/src/generated/vireo/v1/events.ts'
import { RecsRequest, type RecsResponse } from '../server/src/generated/vireo/v1/feed.ts'
import { createLog } from '../server/src/log.ts'
import { createMetrics, type Metrics } from '../server/src/metrics.ts'
import type { StoredRecord, Topic } from '../server/src/ports/event-log.ts'
import type { Accepted } from '../server/src/services.ts'
import { decoders } from '../server/src/state/read-record.ts'

export { Type, VideoState }

/** Noon of a day. */
export const startMs = Date.UTC(2026, 0, 15, 12)

/** A clock that stands still until it is moved. */
export class ManualClock {
  ms: number

  constructor(ms = startMs) {
    this.ms = ms
  }

  now(): number {
    return this.ms
  }

  pass({ days = 0, hours = 0, minutes = 0, seconds = 0 }): void {
    this.ms += days * dayMs + ((hours * 60 + minutes) * 60 + seconds) * 1_000
  }
}

type Settings = Parameters<typeof configSchema.parse>[0]
type Sent = Partial<Omit<UserVideoEvent, 'evtType' | 'userid'>>

const never = new AbortController().signal

const folders = mkdtempSync(join(tmpdir(), 'vireo-tests-'))
// At the very end: servers of a test share folders and are closed in any order.
process.on('exit', () => rmSync(folders, { recursive: true, force: true }))

/** A name for a folder of its own. */
export const newFolder = (): string => join(mkdtempSync(join(folders, 'test-')), 'data')

/** A whole Vireo without doors, in a folder and at a time of its own. */
export class VireoForTests {
  readonly vireo: Vireo
  readonly clock: ManualClock
  readonly folder: string
  readonly config: Config
  readonly metrics: Metrics
  readonly #test: Pick<TestContext, 'after'>

  constructor(test: Pick<TestContext, 'after'>, vireo: Vireo, clock: ManualClock, config: Config, metrics: Metrics) {
    this.#test = test
    this.vireo = vireo
    this.clock = clock
    this.config = config
    this.metrics = metrics
    this.folder = config.dataDir
    test.after(() => vireo.close())
  }

  /** Adds cleared videos: ids alone, or what else is known of them. */
  async put(...videos: readonly (string | Partial<Video>)[]) {
    const whole = videos.map((given) => {
      const video = typeof given === 'string' ? { videoId: given } : given
      return Video.create({
        creatorId: `by-${video.videoId}`,
        title: `Title of ${video.videoId}`,
        contentUrl: `https://v.example/${video.videoId}`,
        state: VideoState.VIDEO_STATE_CLEARED,
        ...video,
      })
    })
    return this.vireo.services.catalog.put(whole, never)
  }

  /** What a person did, now if it does not say when. */
  event(person: string, evtType: Type, videoId = '', more: Sent = {}): UserVideoEvent {
    return UserVideoEvent.create({ evtType, userid: person, videoId, ...more })
  }

  send(...events: readonly UserVideoEvent[]): Promise<Accepted> {
    return this.vireo.services.events.accept(events, never)
  }

  /** Sends one event that must be accepted. */
  async did(person: string, evtType: Type, videoId = '', more: Sent = {}): Promise<void> {
    const { accepted, refused } = await this.send(this.event(person, evtType, videoId, more))
    if (accepted !== 1) throw new Error(`not accepted: ${JSON.stringify(refused)}`)
  }

  /** The next page, as whole response. */
  page(person: string, more: Parameters<typeof RecsRequest.fromPartial>[0] = {}): Promise<RecsResponse> {
    return this.vireo.services.feed.getVideos(RecsRequest.fromPartial({ userid: person, ...more }), never)
  }

  /** The ids of the next page. */
  async feed(person: string, count = 10, more: Parameters<typeof RecsRequest.fromPartial>[0] = {}): Promise<string[]> {
    return idsOf(await this.page(person, { resultPerPage: count, ...more }))
  }

  async changeState(videoId: string, state: VideoState): Promise<void> {
    await this.vireo.services.catalog.changeState(videoId, state, 'a test', never)
  }

  explain(userid: string, videoId: string) {
    return this.vireo.services.operations.explain({ userid, videoId }, never)
  }

  async stats(videoId: string) {
    return (await this.vireo.services.catalog.get(videoId)).stats
  }

  /** Closes it and opens it again on the same folder. */
  async restarted(): Promise<VireoForTests> {
    await this.vireo.close()
    return vireoForTests(this.#test, { clock: this.clock, config: this.config })
  }

  /**
   * Another one on what a crash would leave now: the files as they lie there. With `onlyLog` the derived state is
   * thrown away and made anew from the log.
   */
  async afterCrash({ onlyLog = false } = {}): Promise<VireoForTests> {
    const copy = newFolder()
    cpSync(this.folder, copy, { recursive: true, filter: (name) => !(onlyLog && name.includes('state.sqlite')) && !name.includes('lock') })
    return vireoForTests(this.#test, { clock: this.clock, config: { ...this.config, dataDir: copy } })
  }

  /** Everything in a topic of the log. */
  async records(topic: Topic): Promise<StoredRecord[]> {
    const { eventLog } = this.vireo
    const all: StoredRecord[] = []
    for (const { topic: each, partition, first, end } of await eventLog.extents()) {
      for (let offset = first; each === topic && offset < end; offset++) all.push((await eventLog.get({ topic, partition, offset }))!)
    }
    return all
  }

  async slates(): Promise<SlateRecord[]> {
    return (await this.records('served')).map(({ value }) => SlateRecord.decode(value))
  }

  async events(): Promise<EventRecord[]> {
    return (await this.records('events')).map(({ value }) => decoders.events(value) as EventRecord)
  }
}

/** How servers of tests are opened, and where. */
interface Servers {
  readonly open: typeof compose
  /** For each test, unless it says so itself. */
  settings(): NonNullable<object & Settings>
}

let servers: Servers = { open: compose, settings: () => ({}) }

/** Tests that are loaded from now on run on other servers. */
export function runOn(others: Servers): void {
  servers = others
}

export interface Setup {
  readonly config?: Settings
  readonly clock?: ManualClock
  /** How it reads records, if not as this version does. */
  readonly read?: Surroundings['read']
}

export async function vireoForTests(test: Pick<TestContext, 'after'>, { config, clock = new ManualClock(), read }: Setup = {}) {
  const given = (config ?? {}) as Partial<Config>
  const dataDir = given.dataDir ?? newFolder()
  // Pages are given time to be made and written on a busy machine; what a deadline does has tests of its own.
  const patient = { deadlineMs: 10_000, waitMs: 10_000, ...given.feed }
  // Few tests need a process that writes the lake.
  const lake = { enabled: false, ...given.lake }
  const models = { enabled: false, ...given.models }
  const whole = configSchema.parse({ logLevel: 'silent', ...servers.settings(), ...given, lake, models, feed: patient, dataDir })
  const metrics = createMetrics()
  const vireo = await servers.open(whole, { clock, metrics, log: createLog(whole.logLevel), ...(read && { read }) })
  return new VireoForTests(test, vireo, clock, whole, metrics)
}

/** `v0`, `v1`, … */
export const videoIds = (count: number, prefix = 'v'): string[] => Array.from({ length: count }, (_, n) => `${prefix}${n}`)

export const idsOf = (page: RecsResponse): string[] => page.results.map(({ videoId }) => videoId)

/** What a call was refused with. */
export async function problemOf(call: Promise<unknown>): Promise<{ code: string; field: string | undefined; retryable: boolean }> {
  try {
    await call
  } catch (error) {
    const { code, field, retryable } = error as { code: string; field: string | undefined; retryable: boolean }
    return { code, field, retryable }
  }
  throw new Error('the call succeeded')
}
