import { Counter, type Metric, type Registry } from 'prom-client'

/** What was seen of one stage. */
interface Seen {
  /** Times up to each bound and above the one before; the last are above all bounds. */
  readonly times: Float64Array
  seconds: number
  /** Candidates since the counters were read. */
  kept: number
  removed: number
}

/**
 * Times and candidates of the feed's stages, for Prometheus. Some thirty stages a page are counted in memory of their own,
 * and looked at when the metrics are read: the client itself makes a text of the labels for each of them.
 */
export class StageMetrics {
  readonly #name = 'vireo_feed_stage_seconds'
  readonly #bounds: readonly number[]
  readonly #seen = new Map<string, Seen>()

  /** `bounds` of the histogram of times, in s, ascending. */
  constructor(registry: Registry, bounds: readonly number[]) {
    this.#bounds = bounds
    const times = { name: this.#name, get: async () => this.#histogram() }
    // All that the registry asks of a metric.
    registry.registerMetric(times as unknown as Metric)
    this.#counter(registry, 'kept', 'Candidates that a stage kept or brought.')
    this.#counter(registry, 'removed', 'Candidates that a stage removed.')
  }

  /** Binds a stage. */
  stage(name: string): (ms: number, kept: number, removed: number) => void {
    const seen: Seen = { times: new Float64Array(this.#bounds.length + 1), seconds: 0, kept: 0, removed: 0 }
    this.#seen.set(name, seen)
    const bounds = this.#bounds
    return (ms, kept, removed) => {
      const seconds = ms / 1_000
      let at = 0
      while (at < bounds.length && seconds > bounds[at]!) at++
      seen.times[at]!++
      seen.seconds += seconds
      seen.kept += kept
      seen.removed += removed
    }
  }

  #histogram() {
    const values = Array.from(this.#seen).flatMap(([stage, { seconds, times }]) => {
      let count = 0
      const buckets = Array.from(times, (some, at) => {
        count += some
        return { metricName: `${this.#name}_bucket`, labels: { le: this.#bounds[at] ?? '+Inf', stage }, value: count }
      })
      if (count === 0) return []
      const labels = { stage }
      return [
        ...buckets,
        { metricName: `${this.#name}_sum`, labels, value: seconds },
        { metricName: `${this.#name}_count`, labels, value: count },
      ]
    })
    return { name: this.#name, help: 'Time of stages of the feed.', type: 'histogram', aggregator: 'sum', values }
  }

  #counter(registry: Registry, what: 'kept' | 'removed', help: string): void {
    const stages = this.#seen
    new Counter({
      name: `vireo_feed_stage_${what}_total`,
      help,
      labelNames: ['stage'],
      registers: [registry],
      collect() {
        for (const [stage, seen] of stages) {
          if (seen[what] > 0) this.inc({ stage }, seen[what])
          seen[what] = 0
        }
      },
    })
  }
}
