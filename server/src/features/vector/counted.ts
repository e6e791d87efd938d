import type { View } from '../language/view.ts'
import type { Window } from '../language/windows.ts'
import type { FeatureTiles } from '../tiles/feature-tiles.ts'
import type { WindowReader } from '../tiles/window-reader.ts'
import type { Feature } from './feature.ts'

/** What is taken of a view, one feature each: some windows of some aggregations, window by window. */
export interface Counted {
  readonly view: View
  readonly taken: readonly { readonly windows: readonly Window[]; readonly aggregations: readonly string[] }[]
}

const pairs = ({ taken }: Counted) =>
  taken.flatMap(({ windows, aggregations }) => windows.flatMap((window) => aggregations.map((name) => ({ window, name }))))

/** `prefix` names the entity. */
export function countedFeatures(prefix: string, counted: readonly Counted[], ofWhat: string): Feature[] {
  return counted.flatMap((each) =>
    pairs(each).map(({ window, name }): Feature => {
      const { meaning, unit } = each.view.aggregations[name]!
      return { name: `${prefix}_${name}_${window}`, meaning: `${ofWhat}: ${meaning}`, unit, window, without: 0 }
    }),
  )
}

/** Reads what is counted of a view's entities. */
export class CountedReader {
  readonly width: number
  readonly reader: WindowReader
  /** Which of the view's window values they are. */
  readonly #places: Uint16Array
  readonly #all: Float64Array

  constructor(tiles: FeatureTiles, counted: Counted) {
    this.reader = tiles.reader(counted.view)
    this.#places = Uint16Array.from(pairs(counted), ({ window, name }) => this.reader.at(window, name))
    this.#all = new Float64Array(this.reader.width)
    this.width = this.#places.length
  }

  /** Writes `width` values; until when they hold if nothing happens, in ms. */
  read(entity: number, nowMs: number, into: Float32Array, at: number): number {
    const untilMs = this.reader.windowValues(entity, nowMs, this.#all)
    for (let place = 0; place < this.width; place++) into[at + place] = this.#all[this.#places[place]!]!
    return untilMs
  }
}
