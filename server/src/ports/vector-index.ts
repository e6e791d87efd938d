/**
 * Nearest neighbours among vectors of one width, by direction: each is taken as if its length were 1. An item is a dense
 * unsigned integer that the caller gives meaning to. It searches, adds and builds away from the event loop.
 */
export interface VectorIndex {
  readonly width: number
  /** Items that a search can find. */
  readonly size: number
  /** The vectors themselves, to be read at once on this thread. */
  readonly vectors: VectorReader
  /**
   * Adds items, or replaces their vectors: `width` numbers each, of any length but zero. A search that begins when this has
   * resolved finds them. Rejects with `VECTOR_INVALID` where a number is not finite or a vector has no length, with
   * `VECTOR_WIDTH_OTHER`, with `INDEX_BUSY` where too many vectors wait already, and with `INDEX_FULL`; then none is added.
   * It copies what it is given on this thread: some thousand vectors at a time.
   */
  upsert(items: Uint32Array, values: Float32Array): Promise<void>
  /** Items that are not there are left alone. No search that resolves after this has them. */
  remove(items: Uint32Array): Promise<void>
  /**
   * The `count` items of the largest dot product with the query, or nearly all of them, best first; fewer where there are
   * fewer. Rejects with `VECTOR_INVALID` and `VECTOR_WIDTH_OTHER` for queries too, with `INDEX_BUSY` where too many
   * searches wait already, and with the signal's reason where that aborts.
   */
  search(query: Float32Array, count: number, signal: AbortSignal): Promise<Neighbours>
  /**
   * Writes all of it, as it is after the changes that were asked for before, to a file, aside and renamed at the end.
   * `labelOf` names an item beyond this process, in 64 bits. Rejects with `INDEX_NOT_SAVED`; then what was there before is
   * there still. Changes wait until it is written; searches do not.
   */
  save(file: string, labelOf: (item: number) => bigint): Promise<void>
  /** Waits for a save and for nothing else: what is not done yet rejects with `INDEX_CLOSED`, as does all that comes later. */
  close(): Promise<void>
}

/** Best first. */
export interface Neighbours {
  readonly items: Uint32Array
  readonly scores: Float32Array
}

/** Vectors by item, as near to those that were given as the index keeps them. */
export interface VectorReader {
  readonly width: number
  has(item: number): boolean
  /** Writes the vector; false, and nothing is written, for an item without one. */
  copy(item: number, into: Float32Array): boolean
  /** The dot product with a query of `width` numbers; 0 for an item without a vector. */
  dot(query: Float32Array, item: number): number
  /** Writes the dot products of a query with some items, in their order; `NaN` for an item without a vector. */
  dots(query: Float32Array, items: ArrayLike<number>, into: Float64Array): void
  /** The cosine of two items, from -1 to 1; 0 where either has no vector. */
  similarity(item: number, other: number): number
}
