/** A tile as it was written to a topic, in whatever form its writer gives it. */
export interface TileRecord {
  readonly offset: number
  /** When it was written, in ms since 1970. */
  readonly timeMs: number
  readonly key: Uint8Array
  /** Empty where the tile has gone. */
  readonly value: Uint8Array
}

/** A partition of a topic. */
export interface TilePartition {
  readonly topic: string
  readonly partition: number
}

/** What a partition holds: offsets from `first` up to, not including, `end`. */
export interface TileExtent extends TilePartition {
  readonly first: number
  readonly end: number
}

/** Some records of a partition, in their order. */
export interface TileBatch extends TilePartition {
  readonly records: readonly TileRecord[]
  /** Where to go on. */
  readonly next: number
}

/**
 * Topics of tiles that somebody else counts. The newest record of a key is the tile as it is, and older ones of it may be
 * gone, so that offsets have holes. The last record of a partition is never left out.
 */
export interface TileLog {
  /** All partitions of all topics. */
  extents(): Promise<readonly TileExtent[]>
  /**
   * Gives all that comes from `next` on to `apply`, the batches of a partition one after the other, until the signal
   * aborts. What holds many partitions is asked for all of them at once. Outlasts brokers that are away; rejects where
   * waiting does not help, when no `apply` runs any more. `next` is asked for again after a failure.
   */
  follow(next: (of: TilePartition) => number, apply: (batch: TileBatch) => Promise<void>, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}
