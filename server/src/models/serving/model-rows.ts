import type { Catalog } from '../../catalog/catalog.ts'
import { type IdTable, nextCapacity, resized } from '../../catalog/id-table.ts'
import { rowOf } from '../hashing.ts'
import type { Hashing } from '../manifest.ts'
import type { TrainedVideos } from '../trained-videos.ts'
import type { WholeNumbers } from './tensors.ts'

/** Rows of a model's hashed tables but those of videos, by the numbers of the catalogue. Each is worked out when it is first asked for. */
export class ModelRows {
  readonly creators: RowsByNumber
  readonly audios: RowsByNumber
  readonly categories: RowsByNumber
  readonly #tables: Hashing['tables']

  constructor({ creators, audios, categories }: Catalog, { tables }: Hashing) {
    this.#tables = tables
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

/** Stands for the rows of a video that a model does not know by its id. */
const unknown = 0xffff_ffff

/** Rows of a model's two tables of videos, by slot: 0 where the model does not know the video by its id. */
export class VideoRows {
  readonly #ids: IdTable
  readonly #trained: TrainedVideos
  readonly #size: number
  readonly #seeds: readonly [number, number]
  /** Two a video, side by side; 0 where they were not asked for yet. */
  #rows = new Uint32Array(128)

  constructor(ids: IdTable, trained: TrainedVideos, { size, seeds }: Hashing['tables']['videos']) {
    this.#ids = ids
    this.#trained = trained
    this.#size = size
    this.#seeds = seeds
  }

  /** Writes both rows of a video from `at` on. */
  write(slot: number, into: WholeNumbers, at: number): void {
    if (2 * slot >= this.#rows.length) this.#rows = resized(this.#rows, Math.max(2 * slot + 2, nextCapacity(this.#rows.length)))
    if (this.#rows[2 * slot] === 0) this.#find(slot)
    const isKnown = this.#rows[2 * slot] !== unknown
    into.set(at, isKnown ? this.#rows[2 * slot]! : 0)
    into.set(at + 1, isKnown ? this.#rows[2 * slot + 1]! : 0)
  }

  #find(slot: number): void {
    const isKnown = this.#trained.hasHash(this.#ids.high[slot]!, this.#ids.low[slot]!)
    const id = this.#ids.id(slot)
    for (let nth = 0; nth < 2; nth++) this.#rows[2 * slot + nth] = isKnown ? rowOf(id, this.#size, this.#seeds[nth]!) : unknown
  }
}
