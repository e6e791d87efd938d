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

  /**
   * Writes videos into the first places, in their order. One column after the other: what is looked up lies anywhere in memory, and the
   * processor waits for many short look-ups at once.
   */
  set(slots: ArrayLike<number>): void {
    const { audio, categories, creator, lengthMs } = this.#catalog.columns
    const rows = this.#rows
    const count = slots.length
    for (let at = 0; at < count; at++) this.#lengthsMs[at] = lengthMs[slots[at]!]!
    for (let at = 0; at < count; at++) this.#creators.set(at, rows.creators.of(creator[slots[at]!]!))
    for (let at = 0; at < count; at++) this.#audios.set(at, rows.audios.of(audio[slots[at]!]!))
    for (let at = 0; at < count; at++) this.#videoRows.write(slots[at]!, this.#ids, 2 * at)
    for (let at = 0; at < count; at++) {
      const first = slots[at]! * categoriesPerVideo
      for (let nth = 0; nth < categoriesPerVideo; nth++) {
        const category = categories[first + nth]!
        this.#categories.set(at * categoriesPerVideo + nth, category === 0 ? 0 : rows.categories.of(category))
      }
    }
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
