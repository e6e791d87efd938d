/** What is counted of one entity, such as a video, as models read it. */
export interface FeatureRow {
  readonly id: string
  /** Integers from 0 below 2^53, as many as the store's `width`. */
  readonly values: ArrayLike<number>
  /** What it was made of was known at this time, in ms. */
  readonly asOfMs: number
  /** Until when it holds if nothing happens, in ms: windows slide. Infinity where it always does. */
  readonly validUntilMs: number
}

/** Rows of entities of one kind, shared by all who rank. One who counts writes them; they are there until they are removed. */
export interface FeatureStore {
  /** Numbers of a row. */
  readonly width: number
  /** Of two rows of one entity that as of the later time stays, whichever comes first. Rejects with `FEATURE_ROW_INVALID`; then none is written. */
  put(rows: readonly FeatureRow[]): Promise<void>
  remove(ids: readonly string[]): Promise<void>
  /**
   * Writes the rows of entities into `into`, one after the other: zeros for those without one. Until when each holds, in
   * ms; 0 for those without one.
   */
  gather(ids: readonly string[], into: Float64Array): Promise<Float64Array>
}
