export const topics = ['events', 'served', 'catalog', 'control', 'features'] as const
export type Topic = (typeof topics)[number]

/** Topics in which a log may keep only the newest record of each key, so that a new reader need not read what is overwritten. */
export const compactedTopics: ReadonlySet<Topic> = new Set(['catalog', 'control'])

export interface NewRecord {
  readonly topic: Topic
  /** Records of one key stay in order, in one partition. */
  readonly key: string
  /** When it happened, in ms since 1970. */
  readonly timeMs: number
  readonly value: Uint8Array
}

/**
 * Where a record lies. Offsets count up from 0 within a partition, without holes but where a compacted topic has left out
 * older records. The last record is never left out.
 */
export interface Place {
  readonly topic: Topic
  readonly partition: number
  readonly offset: number
}

export type StoredRecord = NewRecord & Place

/** What a partition holds: offsets from `first` up to, not including, `end`. */
export interface Extent {
  readonly topic: Topic
  readonly partition: number
  readonly first: number
  readonly end: number
}

/**
 * An ordered, durable log in partitions. What `append` has acknowledged survives a crash; readers see each partition
 * in order, at least once.
 */
export interface EventLog {
  /**
   * Resolves with the records' places, in the same order, when they are on disk. Records of one call become visible
   * in that order within each partition, and calls are answered in the order of the log. Rejects with `Unavailable`
   * (`LOG_FULL`, `LOG_UNAVAILABLE`, `LOG_CLOSED`) or `Overloaded`; then some of it may be in the log all the same, the
   * caller may send it again, and readers may see some of it twice.
   */
  append(records: readonly NewRecord[], signal?: AbortSignal): Promise<readonly Place[]>
  /**
   * Everything from `from` on and then, as it comes, what is new, in batches, until the signal aborts or the log is
   * closed (both end the iteration quietly). A `from` that retention has passed starts at the first that is left.
   */
  read(from: Place, signal: AbortSignal): AsyncIterable<readonly StoredRecord[]>
  /** One record, or undefined where there is none (any more). */
  get(place: Place): Promise<StoredRecord | undefined>
  /** All partitions of all topics. */
  extents(): Promise<readonly Extent[]>
  /** Lets go of everything before `before`. */
  retain(before: Place): Promise<void>
  /** Waits for what was appended, then ends all readers. */
  close(): Promise<void>
}
