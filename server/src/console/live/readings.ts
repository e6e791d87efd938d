import type { Registry } from 'prom-client'

/** Metrics whose values are kept, by what they tell. */
export const metricNames = {
  feedTime: 'vireo_feed_seconds',
  pages: 'vireo_feed_served_total',
  shed: 'vireo_feed_shed_total',
  stageTime: 'vireo_feed_stage_seconds',
  kept: 'vireo_feed_stage_kept_total',
  removed: 'vireo_feed_stage_removed_total',
  failed: 'vireo_feed_stage_failed_total',
  calls: 'vireo_api_calls_total',
  acceptTime: 'vireo_events_accept_seconds',
  refused: 'vireo_events_refused_total',
  events: 'vireo_events_by_type_total',
} as const

export type Labels = Readonly<Record<string, string | number | undefined>>

interface Column {
  readonly at: number
  readonly labels: Labels
}

/** Values of counters and of buckets of histograms at one time, a column each; a column that came later is 0. */
export interface Reading {
  /** On the clock of `performance.now()`. */
  readonly atMs: number
  /** Since 1970. */
  readonly timeMs: number
  readonly values: Float64Array
}

/** Reads the metrics again and again, into as little as can be compared later. */
export class Readings {
  readonly #registry: Registry
  /** By metric. */
  readonly #columns = new Map<string, Column[]>()
  readonly #places = new Map<string, number>()

  constructor(registry: Registry) {
    this.#registry = registry
  }

  async take(timeMs: number): Promise<Reading> {
    const atMs = performance.now()
    const values: number[] = []
    for (const name of Object.values(metricNames)) {
      // Of a histogram each value names what it is: a bucket, the sum or the count.
      const metric = (await this.#registry.getSingleMetric(name)?.get()) as {
        values: { metricName?: string; labels: Labels; value: number }[]
      }
      for (const { metricName = name, labels, value } of metric?.values ?? []) values[this.#place(metricName, labels)] = value
    }
    return { atMs, timeMs, values: Float64Array.from({ length: this.#places.size }, (_, at) => values[at] ?? 0) }
  }

  columns(metric: string): readonly Column[] {
    return this.#columns.get(metric) ?? []
  }

  #place(metric: string, labels: Labels): number {
    const key = JSON.stringify([metric, labels])
    const known = this.#places.get(key)
    if (known !== undefined) return known
    const at = this.#places.size
    this.#places.set(key, at)
    this.#columns.set(metric, [...this.columns(metric), { at, labels }])
    return at
  }
}
