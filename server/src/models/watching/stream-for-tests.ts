import { Registry } from 'prom-client'
import { Catalog } from '../../catalog/catalog.ts'
import { hourMs } from '../../clock.ts'
import { VideoCounters } from '../../counters/video-counters.ts'
import { EventRecord, SlateRecord } from '../../generated/vireo/record/v1/records.ts'
import { Video, VideoState } from '../../generated/vireo/v1/catalog.ts'
import { UserVideoEvent_EventType as Type } from '../../generated/vireo/v1/events.ts'
import { createLog } from '../../log.ts'
import type { VectorReader } from '../../ports/vector-index.ts'
import { type Random, seededRandom } from '../../random.ts'
import { ModelWatch, type WatchLimits } from './model-watch.ts'
import { registerWatch } from './watch-metrics.ts'

/** Noon of a day. */
const startMs = Date.UTC(2026, 0, 15, 12)
/** Their slots are their numbers; each is a day older than the one before. */
export const videos = Array.from({ length: 50 }, (_, at) => `v${at}`)
export const model = 'feed/1'

/** A watch over a stream of pages and of what people do with them, at times that the test says. */
export class Stream {
  readonly clock = { ms: startMs, now: () => this.clock.ms }
  readonly lines: Record<string, unknown>[] = []
  readonly watch: ModelWatch
  readonly counters: VideoCounters
  vectors: VectorReader | undefined
  readonly #random: Random
  #slates = 0

  constructor(seed: number, limits: Partial<WatchLimits> = {}) {
    this.#random = seededRandom(seed, 0, 0, 0)
    const catalog = new Catalog({ get: () => undefined, put: () => undefined })
    for (const [at, videoId] of videos.entries()) {
      const uploadTime = { seconds: BigInt(startMs / 1_000 - at * 24 * 3_600), nanos: 0 }
      catalog.put(Video.create({ videoId, creatorId: 'c', lengthMs: 60_000, state: VideoState.VIDEO_STATE_CLEARED, uploadTime }))
    }
    this.counters = new VideoCounters(this.clock, catalog.ids)
    const log = createLog('warn', { write: (line) => this.lines.push(JSON.parse(line)) })
    this.watch = new ModelWatch({ clock: this.clock, log, catalog, counters: this.counters, vectors: () => this.vectors }, limits)
  }

  /** A page, with the chance of a like for each of its videos. */
  serve(chances: readonly number[], more: Partial<SlateRecord> = {}): SlateRecord {
    const items = chances.map((like, position) => ({
      videoId: videos[position]!,
      position,
      lengthMs: 60_000,
      source: position % 2,
      terms: [like],
    }))
    const slate = SlateRecord.fromPartial({
      slateId: `s${this.#slates++}`,
      person: 'ann',
      timeMs: this.clock.ms,
      model,
      items,
      sources: ['trending', 'fresh'],
      terms: ['like'],
      ...more,
    })
    this.watch.slate(slate)
    return slate
  }

  pass(ms: number): void {
    this.clock.ms += ms
  }

  did(type: keyof typeof Type, { slateId }: SlateRecord, position: number, more: Partial<EventRecord> = {}): void {
    this.watch.event(EventRecord.fromPartial({ type: Type[type], person: 'ann', slateId, videoId: videos[position]!, position, ...more }))
  }

  /** Pages of ten for some hours, 300 an hour, all of them seen: what is liked comes to `factor` times what is predicted. */
  live(hours: number, factor: number, predict: () => number = () => 0.02 + 0.1 * this.#random()): void {
    for (let page = 0; page < 300 * hours; page++) {
      this.clock.ms += hourMs / 300
      const chances = Array.from({ length: 10 }, predict)
      const slate = this.serve(chances)
      for (const [position, chance] of chances.entries()) if (this.#random() < chance * factor) this.did('Like', slate, position)
      this.did('Impression', slate, 9)
    }
  }

  task(name: string) {
    return this.watch
      .read()
      .models.at(-1)
      ?.tasks.find(({ task }) => task === name)
  }

  async metrics(): Promise<string> {
    const registry = new Registry()
    registerWatch(registry, this.watch)
    return await registry.metrics()
  }
}
