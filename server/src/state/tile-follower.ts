import { setTimeout as sleep } from 'node:timers/promises'
import { Gauge, type Registry } from 'prom-client'
import type { Clock } from '../clock.ts'
import type { View } from '../features/language/view.ts'
import type { FeatureTiles } from '../features/tiles/feature-tiles.ts'
import { TileJson } from '../features/tiles/tile-json.ts'
import type { TileBatch, TileExtent, TileLog, TilePartition, TileRecord } from '../ports/tile-log.ts'
import { Turns } from '../turns.ts'
import type { Follower } from './follower.ts'
import type { TileProgress } from './tile-progress.ts'

/** Of each turn of the event loop, in ms of work. */
const turnMs = 2
const retryMs = 1_000
/** How often it asks how far the topics go. */
const pulseMs = 1_000

export interface TileFollowerParts {
  readonly log: TileLog
  /** By topic. */
  readonly views: ReadonlyMap<string, View>
  readonly tiles: Pick<FeatureTiles, 'put' | 'reached'>
  readonly progress: TileProgress
  /** Knows the videos that tiles are of. */
  readonly catalogue: Pick<Follower, 'catalogueAgeMs' | 'catalogued'>
  readonly clock: Clock
  readonly onError: (error: unknown) => void
  /** A record that is passed over. */
  readonly onUnreadable: (error: unknown, of: TilePartition & Pick<TileRecord, 'offset'>) => void
}

interface Topic {
  readonly view: View
  readonly json: TileJson
}

/** Takes tiles from their topics into memory, from where these were when they were saved. */
export class TileFollower {
  readonly #parts: TileFollowerParts
  readonly #topics: ReadonlyMap<string, Topic>
  readonly #turns = new Turns(turnMs)
  readonly #ending = new AbortController()
  /** By topic and partition: when the last record that was taken was written, in ms. */
  readonly #writtenMs = new Map<string, number>()
  #following: Promise<unknown> = Promise.resolve()
  /** Records that could not be read. */
  unreadable = 0

  constructor(parts: TileFollowerParts) {
    this.#parts = parts
    this.#topics = new Map(Array.from(parts.views, ([topic, view]) => [topic, { view, json: new TileJson(view) }]))
  }

  start(): void {
    this.#following = Promise.all([this.#follow(), this.#pulse()])
  }

  /** Records of tiles that have not been taken yet. Rejects where the log does not answer. */
  async behind(): Promise<number> {
    return this.#behind(await this.#parts.log.extents())
  }

  /**
   * Waits until all that the topics hold now has been taken; the number of records that were. Rejects where the log does
   * not answer, and with the signal. `onProgress` is told how many have been taken so far.
   */
  async caughtUp(signal: AbortSignal, onProgress: (taken: number) => void): Promise<number> {
    const extents = await this.#parts.log.extents()
    const all = this.#behind(extents)
    for (let behind = all; behind > 0; behind = this.#behind(extents)) {
      onProgress(all - behind)
      await sleep(20, undefined, { signal })
    }
    return all
  }

  async close(): Promise<void> {
    this.#ending.abort()
    await this.#following
    await this.#parts.log.close()
  }

  async #follow(): Promise<void> {
    const { log, onError, progress } = this.#parts
    const { signal } = this.#ending
    while (!signal.aborted) {
      try {
        await log.follow(
          (of) => progress.next(of),
          (batch) => this.#apply(batch),
          signal,
        )
      } catch (error) {
        onError(error)
      }
      await sleep(retryMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  async #apply(batch: TileBatch): Promise<void> {
    const { progress } = this.#parts
    const { json, view } = this.#topics.get(batch.topic)!
    const readMs = performance.now()
    for (const record of batch.records) {
      const waiting = this.#turns.wait()
      if (waiting !== undefined) await waiting
      if (!this.#take(view, json, batch, record)) {
        // Who counted it knew its video: what is still unknown then has gone.
        const { catalogue } = this.#parts
        if (catalogue.catalogueAgeMs() > performance.now() - readMs) await catalogue.catalogued(this.#ending.signal)
        this.#take(view, json, batch, record)
      }
      if (this.#ending.signal.aborted) return
      progress.advance(batch, record.offset + 1)
    }
    progress.advance(batch, batch.next)
    const last = batch.records.at(-1)
    if (last !== undefined) this.#writtenMs.set(`${batch.topic}/${batch.partition}`, last.timeMs)
  }

  /** False where its video is not known. */
  #take(view: View, json: TileJson, { partition, topic }: TileBatch, { key, offset, timeMs, value }: TileRecord): boolean {
    try {
      return this.#parts.tiles.put(view, json.read(key, value), timeMs)
    } catch (error) {
      this.unreadable++
      this.#parts.onUnreadable(error, { topic, partition, offset })
      return true
    }
  }

  /** Tells from when on older tiles will not come any more. */
  async #pulse(): Promise<void> {
    const { clock, log, onError } = this.#parts
    const { signal } = this.#ending
    while (!signal.aborted) {
      try {
        const askedMs = clock.now()
        this.#settle(await log.extents(), askedMs)
      } catch (error) {
        if (!signal.aborted) onError(error)
      }
      await sleep(pulseMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  #settle(extents: readonly TileExtent[], askedMs: number): void {
    const { progress, tiles } = this.#parts
    for (const [view, own] of Map.groupBy(extents, ({ topic }) => this.#topics.get(topic)!.view)) {
      const reachedMs = own.map((extent) => {
        // Of a topic that lets go of records there may be nothing left to be read.
        if (Math.max(extent.first, progress.next(extent)) >= extent.end) return askedMs
        return Math.min(askedMs, this.#writtenMs.get(`${extent.topic}/${extent.partition}`) ?? Number.NEGATIVE_INFINITY)
      })
      tiles.reached(view, Math.min(...reachedMs))
    }
  }

  #behind(extents: readonly TileExtent[]): number {
    const { progress } = this.#parts
    return extents.reduce((records, extent) => records + Math.max(0, extent.end - Math.max(extent.first, progress.next(extent))), 0)
  }
}

/** How far a server's tiles are behind those that somebody else counts. */
export function registerTiles(registry: Registry, follower: Pick<TileFollower, 'behind' | 'unreadable'>): void {
  new Gauge({
    name: 'vireo_tiles_behind_records',
    help: 'Records of tiles that this server has not taken yet.',
    registers: [registry],
    async collect() {
      this.set(await follower.behind().catch(() => Number.NaN))
    },
  })
  new Gauge({
    name: 'vireo_tiles_unreadable_records',
    help: 'Records of tiles that could not be read since the start, and were passed over.',
    registers: [registry],
    collect() {
      this.set(follower.unreadable)
    },
  })
}
