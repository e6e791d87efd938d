import type { ColumnName, Value } from '../language/columns.ts'
import type { View } from '../language/view.ts'
import type { Stream } from '../streams/stream.ts'
import type { ClosedDays } from './closed-days.ts'
import { type EntityKind, KeyReader } from './entity-kind.ts'
import type { Row } from './evaluate.ts'
import type { Owners } from './owners.ts'
import { columnsOf, TileGroup } from './tile-group.ts'
import { ViewTiles } from './view-tiles.ts'

/** Views of one stream that tell the same apart. */
interface Branch {
  readonly kind: EntityKind
  readonly owners: Owners
  readonly keys: KeyReader
  readonly views: ViewTiles[]
}

/** What is to be done with each row of a stream: read it once, work out once what it adds, and add that to every view. */
export class StreamPlan<Source> {
  readonly stream: Stream
  readonly #readers: readonly ((record: Source) => Value)[]
  readonly #row: Value[]
  readonly #place: (column: string) => number
  readonly #groups = new Map<string, TileGroup>()
  readonly #branches = new Map<EntityKind, Branch>()

  /** For a stream whose records are `Source`, and all views of it. */
  constructor(stream: Stream, views: readonly View[]) {
    this.stream = stream
    const used = new Set<ColumnName>(['time_ms', 'row_id', ...views.flatMap((view) => [...columnsOf(view)])])
    const columns = [...used]
    this.#readers = columns.map((column) => (stream.read as Partial<Record<ColumnName, (record: Source) => Value>>)[column]!)
    this.#row = columns.map(() => undefined)
    this.#place = (column) => columns.indexOf(column as ColumnName)
  }

  get groups(): Iterable<TileGroup> {
    return this.#groups.values()
  }

  /** Gives a view its tiles; with `days` where they come whole. */
  attach(view: View, sameWork: string, kind: EntityKind, owners: Owners, days: ClosedDays | undefined): ViewTiles {
    let group = this.#groups.get(sameWork)
    if (group === undefined) {
      group = new TileGroup(view, this.#place)
      this.#groups.set(sameWork, group)
    }
    let branch = this.#branches.get(kind)
    if (branch === undefined) {
      branch = { kind, owners, keys: new KeyReader(view, this.#place), views: [] }
      this.#branches.set(kind, branch)
    }
    const tiles = new ViewTiles(view, group, (entity) => kind.describe(entity, (owner) => owners.value(owner)), days)
    branch.views.push(tiles)
    kind.views.push(tiles)
    return tiles
  }

  /** Adds a record to all views. Throws `VIEW_OVERFLOW`. */
  add(record: Source): void {
    const row = this.#row
    for (let column = 0; column < row.length; column++) row[column] = this.#readers[column]!(record)
    for (const group of this.#groups.values()) group.read(row, row[0] as number, row[1] as string)
    for (const branch of this.#branches.values()) this.#addTo(branch, row)
  }

  #addTo(branch: Branch, row: Row): void {
    const { kind, keys, owners } = branch
    for (const value of keys.owners(row)) {
      const owner = owners.take(value)
      if (owner < 0) continue
      if (kind.hasSubs) for (const sub of keys.subs(row)) addTo(branch, kind.take(owner, sub), owner)
      else addTo(branch, kind.take(owner), owner)
    }
  }
}

function addTo({ kind, owners, views }: Branch, entity: number, owner: number): void {
  for (const view of views) {
    const { due, rows } = view.group
    const before = rows.count
    view.add(entity)
    if (rows.count === before) continue
    owners.added(owner, rows.bytesEach, kind.added(entity, due))
  }
}
