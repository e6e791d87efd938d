/** What models read of entities of one kind, a row each. */
export interface CountedRows {
  readonly width: number
  /** Writes the row; zeros for an entity that nothing is counted of, and for -1. */
  copy(entity: number, nowMs: number, into: Float32Array, at: number): void
  /** The same for a list of entities: the first from `at` on, each next one `stride` further. */
  copyEach(entities: ArrayLike<number>, nowMs: number, into: Float32Array, at: number, stride: number): void
  /** Adds the row to what is there. */
  add(entity: number, nowMs: number, into: Float32Array, at: number): void
  /** Brings some rows up to date before they are asked for. */
  sweep(nowMs: number, most: number): void
}
