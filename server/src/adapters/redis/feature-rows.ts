import type { FeatureRow, FeatureStore } from '../../ports/feature-store.ts'
import { decodeRow, encodeRow } from './feature-row-codec.ts'
import { HashedRows } from './hashed-rows.ts'
import type { RedisConnection } from './redis-connection.ts'

/** Rows of features, packed. */
export class RedisFeatureRows implements FeatureStore {
  readonly width: number
  readonly #rows: HashedRows

  /** `set` names what the values are, with its version: another set has other rows. */
  constructor(redis: RedisConnection, set: string, width: number) {
    this.width = width
    this.#rows = new HashedRows(redis, set)
  }

  async put(rows: readonly FeatureRow[]): Promise<void> {
    const encoded = rows.map((row) => encodeRow(row, this.width))
    await this.#rows.put(
      rows.map(({ id }) => id),
      encoded,
    )
  }

  remove(ids: readonly string[]): Promise<void> {
    return this.#rows.remove(ids)
  }

  async gather(ids: readonly string[], into: Float64Array): Promise<Float64Array> {
    const untilMs = new Float64Array(ids.length)
    into.fill(0, 0, ids.length * this.width)
    await this.#rows.gather(ids, (at, row) => {
      untilMs[at] = decodeRow(row, this.width, into, at * this.width)
    })
    return untilMs
  }
}
