import type { Catalog } from '../../catalog/catalog.ts'
import { type IdTable, nextCapacity, resized } from '../../catalog/id-table.ts'
import { rowOf } from '../hashing.ts'
import type { Hashing } from '../manifest.ts'
import type { TrainedVideos } from '../trained-videos.ts'

/** Rows of a model's hashed tables, by the numbers of the catalogue. Each is worked out when it is first asked for. */
export class ModelRows {
  readonly videos: readonly [RowsByNumber, RowsByNumber]
  readonly creators: RowsByNumber
  readonly audios: RowsByNumber
  readonly categories: RowsByNumber
  readonly #tables: Hashing['tables']

  constructor({ ids, creators, audios, categories }: Catalog, { tables }: Hashing) {
    const { size, seeds } = tables.videos
    this.#tables = tables
    this.videos = [new RowsByNumber(ids, size, seeds[0]), new RowsByNumber(ids, size, seeds[1])]
    this.creators = new RowsByNumber(creators, tables.creators.size, tables.creators.seeds[0])
    this.audios = new RowsByNumber(audios, tables.audios.size, tables.audios.seeds[0])
    this.categories = new RowsByNumber(categories, tables.categories.size, tables.categories.seeds[0])
  }

  surface(name: string): number {
    return rowOf(name, this.#tables.surfaces.size, this.#tables.surfaces.seeds[0])
  }

  device(name: string): number {
    return rowOf(name, this.#tables.devices.size, this.#tables.devices.seeds[0])
  }

  word(word: string): number {
    return rowOf(word, this.#tables.words.size, this.#tables.words.seeds[0])
  }
}

class RowsByNumber {
  readonly #ids: IdTable
  readonly #size: number
  readonly #seed: number
  /** 0 where it was not asked for yet, and of none. */
  #rows = new Uint32Array(64)

  constructor(ids: IdTable, size: number, seed: number) {
    this.#ids = ids
    this.#size = size
    this.#seed = seed
  }

  of(number: number): number {
    if (number >= this.#rows.length) this.#rows = resized(this.#rows, Math.max(number + 1, nextCapacity(this.#rows.length)))
    const known = this.#rows[number]!
    if (known !== 0) return known
    const row = rowOf(this.#ids.id(number), this.#size, this.#seed)
    this.#rows[number] = row
    return row
  }
}

const isUnknown = 1
const isKnown = 2

/** Which videos a model knows by their id, by slot. */
export class KnownVideos {
  readonly #ids: IdTable
  readonly #trained: TrainedVideos
  /** 0 where it was not asked for yet. */
  #known = new Uint8Array(64)

  constructor(ids: IdTable, trained: TrainedVideos) {
    this.#ids = ids
    this.#trained = trained
  }

  has(slot: number): boolean {
    if (slot >= this.#known.length) this.#known = resized(this.#known, Math.max(slot + 1, nextCapacity(this.#known.length)))
    let known = this.#known[slot]!
    if (known === 0) {
      known = this.#trained.hasHash(this.#ids.high[slot]!, this.#ids.low[slot]!) ? isKnown : isUnknown
      this.#known[slot] = known
    }
    return known === isKnown
  }
}
