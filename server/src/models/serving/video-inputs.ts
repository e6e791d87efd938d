import type { Catalog } from '../../catalog/catalog.ts'
import { categoriesPerVideo } from '../../catalog/video-columns.ts'
import type { Tensor } from '../../ports/graph-runtime.ts'
import type { ModelRows, VideoRows } from './model-rows.ts'
import { shaped, sharedFloats, WholeNumbers } from './tensors.ts'

/** What a model reads of videos, in memory for up to `capacity` of them: ids as rows, facts. */
export class VideoInputs {
  readonly #catalog: Catalog
  readonly #rows: ModelRows
  readonly #videoRows: VideoRows
  readonly #ids: WholeNumbers
  readonly #creators: WholeNumbers
  readonly #audios: WholeNumbers
  readonly #categories: WholeNumbers
  readonly #lengthsMs: Float32Array

  constructor(catalog: Catalog, rows: ModelRows, videoRows: VideoRows, capacity: number) {
    this.#catalog = catalog
    this.#rows = rows
    this.#videoRows = videoRows
    this.#ids = new WholeNumbers(2 * capacity)
    this.#creators = new WholeNumbers(capacity)
    this.#audios = new WholeNumbers(capacity)
    this.#categories = new WholeNumbers(categoriesPerVideo * capacity)
    this.#lengthsMs = sharedFloats(capacity)
  }

  /** Writes a video into a place. */
  set(at: number, slot: number): void {
    const { columns } = this.#catalog
    const rows = this.#rows
    this.#videoRows.write(slot, this.#ids, 2 * at)
    this.#creators.set(at, rows.creators.of(columns.creator[slot]!))
    this.#audios.set(at, rows.audios.of(columns.audio[slot]!))
    for (let nth = 0; nth < categoriesPerVideo; nth++) {
      const category = columns.categories[slot * categoriesPerVideo + nth]!
      this.#categories.set(at * categoriesPerVideo + nth, category === 0 ? 0 : rows.categories.of(category))
    }
    this.#lengthsMs[at] = columns.lengthMs[slot]!
  }

  /** Leaves all places to nobody. */
  clear(): void {
    for (const numbers of [this.#ids, this.#creators, this.#audios, this.#categories]) numbers.clear()
    this.#lengthsMs.fill(0)
  }

  /** The first `count` as graphs take candidates. */
  candidates(count: number): Record<string, Tensor> {
    return {
      ids: this.#ids.shaped(count, 2),
      creators: this.#creators.shaped(count),
      audios: this.#audios.shaped(count),
      categories: this.#categories.shaped(count, categoriesPerVideo),
      lengths_ms: shaped(this.#lengthsMs, count),
    }
  }

  /** The first `count` as graphs take the last videos of a person. */
  recent(count: number): Record<string, Tensor> {
    return {
      recent_ids: this.#ids.shaped(1, count, 2),
      recent_creators: this.#creators.shaped(1, count),
      recent_audios: this.#audios.shaped(1, count),
      recent_categories: this.#categories.shaped(1, count, categoriesPerVideo),
      recent_lengths_ms: shaped(this.#lengthsMs, 1, count),
    }
  }
}
