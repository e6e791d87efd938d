import type { WatchResponse_Count, WatchResponse_Spread } from '../../generated/vireo/v1/console_now.ts'
import { quantile } from './quantile.ts'
import type { Labels, Reading, Readings } from './readings.ts'

/** What was counted between two readings; from the server's start where there is no older one. */
export class ReadingSpan {
  readonly #readings: Readings
  readonly #newer: Reading
  readonly #older: Reading | undefined

  constructor(readings: Readings, newer: Reading, older: Reading | undefined) {
    this.#readings = readings
    this.#newer = newer
    this.#older = older
  }

  /** Of a counter, over all labels that are wanted. */
  sum(metric: string, wanted: (labels: Labels) => boolean = () => true): number {
    return this.#columns(metric, wanted).reduce((sum, { at }) => sum + this.#grown(at), 0)
  }

  /** Of a counter by the values of one label, the largest first; without those that stood still. */
  counts(metric: string, label: string, wanted: (labels: Labels) => boolean = () => true): WatchResponse_Count[] {
    const sums = new Map<string, number>()
    for (const { at, labels } of this.#columns(metric, wanted)) {
      const name = String(labels[label])
      sums.set(name, (sums.get(name) ?? 0) + this.#grown(at))
    }
    const counts = Array.from(sums, ([name, count]) => ({ name, count: BigInt(count) })).filter(({ count }) => count > 0n)
    return counts.sort((a, b) => Number(b.count - a.count))
  }

  /** Of a histogram of seconds, over all labels that are wanted. */
  spread(metric: string, wanted: (labels: Labels) => boolean = () => true): WatchResponse_Spread {
    const buckets = new Map<number, number>()
    for (const { at, labels } of this.#columns(`${metric}_bucket`, wanted)) {
      const bound = labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le)
      buckets.set(bound, (buckets.get(bound) ?? 0) + this.#grown(at))
    }
    const bounds = [...buckets.keys()].sort((a, b) => a - b)
    const cumulative = bounds.map((bound) => buckets.get(bound)!)
    const ms = (share: number) => {
      const seconds = quantile(share, bounds, cumulative)
      return seconds === undefined ? undefined : seconds * 1_000
    }
    return { count: BigInt(cumulative.at(-1) ?? 0), p50Ms: ms(0.5), p99Ms: ms(0.99) }
  }

  #columns(metric: string, wanted: (labels: Labels) => boolean) {
    return this.#readings.columns(metric).filter(({ labels }) => wanted(labels))
  }

  #grown(at: number): number {
    return (this.#newer.values[at] ?? 0) - (this.#older?.values[at] ?? 0)
  }
}
