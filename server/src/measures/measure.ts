export type Unit = 'people' | 'days' | 'videos' | 'creators' | 'sessions' | 'share' | 'ms'

/** One number a day, defined once: for the console, for docs/metrics.md, and for whoever asks the lake. */
export interface Measure {
  readonly name: string
  readonly title: string
  /** One sentence. */
  readonly meaning: string
  readonly unit: Unit
  /**
   * Rows of `day` (DATE), `value`, and, of a share or a mean, `out_of`, from the tables of `measure-tables.ts`. Days for
   * which it has no row are unknown, or 0 where `isCount`.
   */
  readonly sql: string
  /** A day without a row had none. */
  readonly isCount: boolean
  /** What it should not exceed. */
  readonly limit?: number
  /** Where the same is counted live: a field of `WatchResponse`. */
  readonly live?: string
}
