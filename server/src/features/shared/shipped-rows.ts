import type { Catalog } from '../../catalog/catalog.ts'
import { minuteMs } from '../../clock.ts'
import type { FeatureRow, FeatureStore } from '../../ports/feature-store.ts'
import type { FeatureTiles } from '../tiles/feature-tiles.ts'
import { countedOfTheFeed } from '../vector/counted-of-the-feed.ts'
import { PackedRows } from '../vector/packed-rows.ts'
import { lengthEdgesMs } from '../views/entities.ts'
import { feedViews } from '../views/feed-views.ts'
import { ChangedQueue } from './changed-queue.ts'
import { idOf, type RowKind, tableOf } from './shared-counts.ts'
import { Timetable } from './timetable.ts'

export interface ShippedRowsParts {
  readonly kind: RowKind
  readonly tiles: FeatureTiles
  readonly catalog: Catalog
  readonly store: FeatureStore
}

const lengths = Array.from({ length: lengthEdgesMs.length + 1 }, (_, bucket) => bucket)

/** The rows of one kind, and which of them the store has not as they are: something has come, or a window has slid. */
export class ShippedRows {
  readonly changed = new ChangedQueue()
  readonly store: FeatureStore
  readonly #parts: ShippedRowsParts
  readonly #rows: PackedRows
  readonly #entityOfLength: (bucket: number) => number
  readonly #due = new Timetable()

  constructor(parts: ShippedRowsParts) {
    const { kind, store, tiles } = parts
    this.#parts = parts
    this.store = store
    this.#rows = new PackedRows(tiles, countedOfTheFeed[kind], this.changed)
    const length = tiles.reader(feedViews.length.watches)
    this.#entityOfLength = (bucket) => length.find(bucket)
  }

  /** Entities are below this. */
  get end(): number {
    const { catalog, kind } = this.#parts
    return kind === 'length' ? lengths.length : tableOf(kind, catalog).size
  }

  /** Whether anything is counted of an entity. */
  has(entity: number): boolean {
    return this.#rows.has(entity)
  }

  /** Adds those of whom a window has slid by a minute. */
  addDue(minute: number): void {
    for (const entity of this.#due.due(minute)) this.changed.add(entity)
  }

  rowOf(entity: number, nowMs: number, asOfMs: number): FeatureRow {
    const values = new Float32Array(this.#rows.width)
    this.#rows.copy(entity, nowMs, values, 0)
    const validUntilMs = this.#rows.holdsUntilMs(entity)
    this.#due.set(entity, validUntilMs / minuteMs)
    return { id: this.#idOf(entity), values, asOfMs, validUntilMs }
  }

  /** Tiles number lengths as they come. */
  #idOf(entity: number): string {
    const { catalog, kind } = this.#parts
    return idOf(kind, kind === 'length' ? lengths.findIndex((bucket) => this.#entityOfLength(bucket) === entity) : entity, catalog)
  }
}
