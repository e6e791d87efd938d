import { type Clock, minuteMs } from '../../clock.ts'
import type { EventRecord, SlateRecord } from '../../generated/vireo/record/v1/records.ts'
import { decodeFeatures } from '../../lake/feature-decoder.ts'
import type { Log } from '../../log.ts'
import type { CounterReader } from '../../ports/counter-store.ts'
import type { VectorReader } from '../../ports/vector-index.ts'
import { tasks } from '../tasks.ts'
import { Alarms } from './alarms.ts'
import { type CalibrationLimits, calibrationLimits } from './calibration.ts'
import type { FeatureDrift } from './feature-drift.ts'
import { type PagesReading, ShownPages } from './shown-pages.ts'
import { ShownRows } from './shown-rows.ts'
import { type ModelReading, WatchedModel } from './watched-model.ts'

export interface ModelWatchParts {
  readonly clock: Clock
  readonly log: Log
  readonly catalog: { readonly ids: { find(id: string): number }; readonly columns: { readonly uploadedS: Uint32Array } }
  readonly counters: CounterReader
  /** Of the model that serves; undefined while none does. */
  readonly vectors: () => VectorReader | undefined
}

export interface WatchLimits extends CalibrationLimits {
  /** So long after it was served a page is judged: by then nothing having happened is an outcome. */
  readonly horizonMs: number
  /** Videos on pages that wait for that at most, some 60 bytes each. While there is no room, pages are passed over. */
  readonly rows: number
  /** Versions of models that are told apart; the one unseen for longest is forgotten for a new one. */
  readonly models: number
}

export const watchLimits: WatchLimits = { ...calibrationLimits, horizonMs: 10 * minuteMs, rows: 200_000, models: 4 }

/** What a source brought of what was shown, and of what was watched. */
export interface SourceReading {
  readonly source: string
  /** Videos that people came to, those of them that were watched long, and for how long all were watched. */
  readonly shown: number
  readonly longViews: number
  readonly watchedMs: number
}

export interface WatchReading {
  readonly models: readonly ModelReading[]
  readonly pages: PagesReading
  readonly sources: readonly SourceReading[]
  /** Since when it watches, in ms since 1970. */
  readonly sinceMs: number
  /** Pages that were not looked at, as too many others waited to be judged. */
  readonly passedOver: number
}

/** Of pages whose vectors are logged, one in so many is looked at. */
const pagesPerSample = 16
const checkEveryMs = 5 * minuteMs
/** The pipeline has about ten; a log of another one can't make them more than this. */
const mostSources = 32
/** Pages judged at a time, some 5 µs each: after a pause many are due at once, and the event loop is not to wait for them. */
const judgedAtOnce = { serving: 4, reading: 500 }

/**
 * Holds what models say against what comes of it, while they serve. It is told of every page, event and record of vectors
 * once, in the log's order, and changes nothing. A row is judged if something happened to it or to a later one of its page:
 * what nobody scrolled to says nothing.
 */
export class ModelWatch {
  readonly #parts: ModelWatchParts
  readonly #limits: WatchLimits
  readonly #rows: ShownRows<{ readonly model: WatchedModel | undefined; readonly sources: readonly string[] }>
  readonly #models = new Map<string, WatchedModel>()
  readonly #pages: ShownPages
  readonly #sources = new Map<string, { shown: number; longViews: number; watchedMs: number }>()
  readonly #alarms: Alarms
  readonly #outcomes = new Float64Array(tasks.length)
  #vectorRecords = 0
  #passedOver = 0
  readonly #sinceMs: number
  #checkedMs: number

  constructor(parts: ModelWatchParts, limits: Partial<WatchLimits> = {}) {
    this.#parts = parts
    this.#limits = { ...watchLimits, ...limits }
    this.#rows = new ShownRows(this.#limits.rows)
    this.#pages = new ShownPages(parts)
    this.#alarms = new Alarms(parts.log)
    this.#sinceMs = parts.clock.now()
    this.#checkedMs = this.#sinceMs
  }

  slate(slate: SlateRecord): void {
    if (slate.imported) return
    const { ids } = this.#parts.catalog
    const { items, model: id, slateId, timeMs } = slate
    this.#judge(judgedAtOnce.serving)
    const model = id === '' ? undefined : this.#model(id)
    const slots = items.map(({ videoId }) => ids.find(videoId))
    const page = this.#rows.add(slateId, timeMs, items.length, { model, sources: slate.sources })
    if (page === undefined) this.#passedOver++
    else {
      const terms = tasks.map((task) => slate.terms.indexOf(task))
      for (let place = 0; place < items.length; place++) {
        const { source, lengthMs, terms: values } = items[place]!
        const row = this.#rows.rowOf(page, place)
        this.#rows.set(row, slots[place]!, source, lengthMs ?? 0)
        if (model === undefined) continue
        for (let task = 0; task < tasks.length; task++)
          if (terms[task]! >= 0) this.#rows.predicted[row * tasks.length + task] = values[terms[task]!]!
      }
      model?.said(timeMs, this.#rows, page)
    }
    this.#pages.count(slots, timeMs)
    this.#check()
  }

  event(event: EventRecord): void {
    if (event.slateId === '' || event.videoId === '') return
    this.#rows.did(event, this.#parts.catalog.ids.find(event.videoId))
  }

  /** The bytes of a `FeatureRecord`, after its page. */
  vectors(value: Uint8Array): void {
    if (this.#vectorRecords++ % pagesPerSample !== 0) return
    const record = decodeFeatures(value)
    this.#rows.find(record.slateId)?.about.model?.features.count(record.timeMs, record)
  }

  read(): WatchReading {
    this.#judge(judgedAtOnce.reading)
    const nowMs = this.#parts.clock.now()
    const models = [...this.#models.values()].map((model) => model.read(nowMs))
    const sources = Array.from(this.#sources, ([source, sums]) => ({ source, ...sums }))
    return { models, pages: this.#pages.read(), sources, passedOver: this.#passedOver, sinceMs: this.#sinceMs }
  }

  /** What a version is given; undefined where none of its pages was seen lately. */
  featuresOf(model: string): FeatureDrift | undefined {
    return this.#models.get(model)?.features
  }

  /** Pages are judged in the order in which they were served, each once. */
  #judge(most: number): void {
    const nowMs = this.#parts.clock.now()
    for (let judged = 0; judged < most; judged++) {
      const page = this.#rows.take(nowMs - this.#limits.horizonMs)
      if (page === undefined) return
      const { model, sources } = page.about
      for (let place = 0; place <= page.reached; place++) {
        const row = this.#rows.rowOf(page, place)
        this.#rows.outcomes(row, this.#outcomes)
        const source = sources[this.#rows.source[row]!]
        if (source !== undefined) this.#countSource(source, row)
        model?.judge(this.#rows, row, this.#outcomes)
      }
      model?.judged(nowMs)
    }
  }

  #countSource(source: string, row: number): void {
    const sums = this.#sources.get(source) ?? { shown: 0, longViews: 0, watchedMs: 0 }
    if (sums.shown === 0 && this.#sources.size === mostSources) return
    this.#sources.set(source, sums)
    sums.shown++
    sums.longViews += Number(this.#rows.isLongView(row))
    sums.watchedMs += this.#outcomes[watchMs]! || 0
  }

  #model(id: string): WatchedModel {
    const model = this.#models.get(id) ?? new WatchedModel(id, this.#limits)
    if (this.#models.size > 1) this.#models.delete(id)
    this.#models.set(id, model)
    const [oldest] = this.#models.keys()
    if (this.#models.size > this.#limits.models) this.#models.delete(oldest!)
    return model
  }

  #check(): void {
    const nowMs = this.#parts.clock.now()
    if (nowMs - this.#checkedMs < checkEveryMs) return
    this.#checkedMs = nowMs
    this.#alarms.tell(this.read().models)
  }
}

const watchMs = tasks.indexOf('watch_ms')
