import type { Window } from '../language/windows.ts'

/** What a model may read, as a whole number: raw, so that how it is made comparable can change without new logs. */
export interface Feature {
  /** Of counts: entity, aggregation and window, such as `video_long_views_24h`. */
  readonly name: string
  readonly meaning: string
  readonly unit: string
  /** Of counts. */
  readonly window?: Window
  /** What it is where nothing is known. */
  readonly without: number
  /** Where it is a list: its length, which is filled up with `without`. */
  readonly length?: number
}

/** How many numbers some features take. */
export const widthOf = (features: readonly Feature[]): number => features.reduce((sum, { length = 1 }) => sum + length, 0)
