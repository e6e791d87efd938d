import type { Window } from '../language/windows.ts'
import type { NamedFeature } from './feature-set.ts'

/** What a model may read, as a whole number: raw, so that how it is made comparable can change without new logs. */
export interface Feature extends NamedFeature {
  /** Of counts: entity, aggregation and window, such as `video_long_views_24h`. */
  readonly name: string
  readonly meaning: string
  readonly unit: string
  /** Of counts. */
  readonly window?: Window
  /** What it is where nothing is known, and what fills a list up. */
  readonly without: number
}
