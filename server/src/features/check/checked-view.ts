import type { View } from '../language/view.ts'
import type { HeldTile } from '../tiles/held-tiles.ts'

/** A tile that the tables say otherwise than memory does. */
export interface TileDifference {
  readonly view: string
  readonly entity: readonly (string | number)[]
  readonly hopMs: number
  readonly startMs: number
  /** By aggregation, null for unknown; undefined where there is no such tile. */
  readonly live: Readonly<Record<string, number | null>> | undefined
  readonly stored: Readonly<Record<string, number | null>> | undefined
}

const mostDifferences = 10

/** What has come of a view. */
export class CheckedView {
  readonly view: string
  readonly version: number
  /** Tiles that either side has. */
  compared = 0
  /** Tiles that were left out, as records came to them while they were read. */
  changing = 0
  differing = 0
  /** The first of those that differ. */
  readonly differences: TileDifference[] = []
  readonly #aggregations: readonly string[]

  constructor({ aggregations, name, version }: View) {
    this.view = name
    this.version = version
    this.#aggregations = Object.keys(aggregations)
  }

  compare(live: HeldTile | undefined, stored: HeldTile | undefined): void {
    this.compared++
    if (live !== undefined && stored?.values.every((value, at) => isSame(value, live.values[at]!))) return
    this.differing++
    if (this.differences.length === mostDifferences) return
    const { entity, hopMs, startMs } = (live ?? stored)!
    this.differences.push({ view: this.view, entity, hopMs, startMs, live: this.#named(live), stored: this.#named(stored) })
  }

  #named(tile: HeldTile | undefined): TileDifference['live'] {
    if (tile === undefined) return undefined
    return Object.fromEntries(Array.from(tile.values, (value, at) => [this.#aggregations[at]!, Number.isNaN(value) ? null : value]))
  }
}

const isSame = (value: number, other: number) => value === other || (Number.isNaN(value) && Number.isNaN(other))
