import { setTimeout as sleep } from 'node:timers/promises'
import { Gauge, type Registry } from 'prom-client'
import type { EventRecord, SlateRecord } from '../generated/vireo/record/v1/records.ts'
import type { EventLog, Extent, Place, StoredRecord } from '../ports/event-log.ts'
import { Turns } from '../turns.ts'
import type { LiveState } from './live-state.ts'
import type { OwnRecords } from './own-records.ts'
import type { Message } from './read-record.ts'

/** Of each turn of the event loop, in ms of work. */
const turnMs = 2
const retryMs = 250
/** How often it asks how far the catalogue is. */
const pulseMs = 200

/** Applies what comes into the log, whoever wrote it, from where the state is. */
export class Follower {
  readonly #log: Pick<EventLog, 'extents' | 'read'>
  readonly #state: LiveState
  readonly #written: OwnRecords
  readonly #onError: (error: unknown) => void
  readonly #turns = new Turns(turnMs)
  readonly #ending = new AbortController()
  #following: Promise<unknown> = Promise.resolve()
  /** By `performance.now()`: all that was in the catalogue's topic then is applied. */
  #cataloguedMs = Number.NEGATIVE_INFINITY

  /** `written`: what this server has written itself. */
  constructor(log: Pick<EventLog, 'extents' | 'read'>, state: LiveState, written: OwnRecords, onError: (error: unknown) => void) {
    this.#log = log
    this.#state = state
    this.#written = written
    this.#onError = onError
  }

  /** Rejects where the log does not say what it holds. */
  async start(): Promise<void> {
    const extents = await this.#log.extents()
    this.#following = Promise.all([this.#pulse(), ...extents.map((extent) => this.#follow(extent))])
  }

  /** How old what is known of videos may be, in ms. */
  catalogueAgeMs(): number {
    return performance.now() - this.#cataloguedMs
  }

  /** Waits until the catalogue is as far as its topic is now. Rejects where the log does not answer, and with the signal. */
  async catalogued(signal: AbortSignal = this.#ending.signal): Promise<void> {
    const askedMs = performance.now()
    const ends = (await this.#log.extents()).filter(({ topic }) => topic === 'catalog')
    while (ends.some((extent) => this.#next(extent).offset < extent.end)) {
      signal.throwIfAborted()
      await sleep(1)
    }
    this.#cataloguedMs = Math.max(this.#cataloguedMs, askedMs)
  }

  /** Records that the log held and that have not been applied. */
  async behind(): Promise<number> {
    const extents = await this.#log.extents()
    return extents.reduce((records, extent) => records + Math.max(0, extent.end - Math.max(extent.first, this.#next(extent).offset)), 0)
  }

  async close(): Promise<void> {
    this.#ending.abort()
    await this.#following
  }

  async #follow(extent: Extent): Promise<void> {
    const { signal } = this.#ending
    while (!signal.aborted) {
      try {
        for await (const records of this.#log.read(this.#next(extent), signal)) await this.#apply(records)
      } catch (error) {
        if (signal.aborted) return
        this.#onError(error)
      }
      await sleep(retryMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  async #pulse(): Promise<void> {
    const { signal } = this.#ending
    while (!signal.aborted) {
      try {
        await this.catalogued()
      } catch (error) {
        if (!signal.aborted) this.#onError(error)
      }
      await sleep(pulseMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  async #apply(records: readonly StoredRecord[]): Promise<void> {
    const readMs = performance.now()
    for (const record of records) {
      const waiting = this.#turns.wait()
      if (waiting !== undefined) await waiting
      const own = this.#written.take(record)
      const message = own?.message ?? this.#read(record)
      // Whoever wrote the record knew its videos: what is still unknown then has gone.
      if (this.#cataloguedMs < readMs && !this.#knowsVideos(record, message)) await this.catalogued()
      if (this.#ending.signal.aborted) return
      this.#state.apply(record, message, own?.before)
    }
  }

  /** Undefined where there is nothing to know, or where the state will say why. */
  #read({ topic, value }: StoredRecord): Message | undefined {
    if (topic === 'features') return undefined
    try {
      return this.#state.read(topic, value)
    } catch {
      return undefined
    }
  }

  #knowsVideos({ topic }: StoredRecord, message: Message | undefined): boolean {
    if (message === undefined) return true
    const { ids } = this.#state.parts.catalog
    if (topic === 'served') return (message as SlateRecord).items.every(({ videoId }) => ids.find(videoId) >= 0)
    if (topic !== 'events') return true
    const { videoId } = message as EventRecord
    return videoId === '' || ids.find(videoId) >= 0
  }

  #next({ topic, partition, first }: Extent): Place {
    const known = this.#state.positions().find((place) => place.topic === topic && place.partition === partition)
    return known ?? { topic, partition, offset: first }
  }
}

/** How far a server is behind what others write. */
export function registerFollowing(registry: Registry, follower: Pick<Follower, 'behind'>): void {
  new Gauge({
    name: 'vireo_log_behind_records',
    help: 'Records of the shared log that this server has not applied yet.',
    registers: [registry],
    async collect() {
      this.set(await follower.behind().catch(() => Number.NaN))
    },
  })
}
