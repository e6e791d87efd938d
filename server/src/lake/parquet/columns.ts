import { type DuckDBListType, type DuckDBMapType, type DuckDBType, DuckDBTypeId } from '@duckdb/node-api'
import { LevelRuns } from './level-runs.ts'
import { i32, struct, type Thrift, text } from './thrift.ts'
import { Booleans, ByteArrays, Int64s, Numbers, type Values } from './values.ts'

/** A value of a column, as it is written: NULL, a number or text or such, a list, or the entries of a map. Items of lists and keys are not NULL. */
export type Cell = null | string | number | boolean | Uint8Array | readonly Cell[]

/** A column, or what is inside of one. Levels are those of Dremel: https://parquet.apache.org/docs/file-format/nestedencoding/ */
export interface Column {
  /** Elements of Parquet's schema, from the column on down. */
  readonly schema: readonly Thrift[]
  readonly leaves: readonly Leaf[]
  add(cell: Cell, repetition: number): void
  /** Adds at least one cell of one list; `repetition` is that of the first. */
  addAll(cells: readonly Cell[], repetition: number): void
  /** Adds that there is nothing from the level `definition` on. */
  addNone(repetition: number, definition: number): void
}

interface Place {
  /** From the column on down to what holds this. */
  readonly path: readonly string[]
  readonly isOptional: boolean
  /** The levels of what holds this. */
  readonly repetition: number
  readonly definition: number
}

const repetitions = { required: 0, optional: 1, repeated: 2 }
const converted = { utf8: 0, map: 1, list: 3 }

interface Physical {
  readonly type: number
  readonly converted?: number
  readonly values: () => Values<never>
}

// https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
const physical: Readonly<Partial<Record<DuckDBTypeId, Physical>>> = {
  [DuckDBTypeId.BOOLEAN]: { type: 0, values: () => new Booleans() },
  [DuckDBTypeId.INTEGER]: { type: 1, values: () => new Numbers(Int32Array) },
  [DuckDBTypeId.BIGINT]: { type: 2, values: () => new Int64s() },
  [DuckDBTypeId.FLOAT]: { type: 4, values: () => new Numbers(Float32Array) },
  [DuckDBTypeId.DOUBLE]: { type: 5, values: () => new Numbers(Float64Array) },
  [DuckDBTypeId.VARCHAR]: { type: 6, converted: converted.utf8, values: () => new ByteArrays() },
  [DuckDBTypeId.BLOB]: { type: 6, values: () => new ByteArrays() },
}

/** Of types that `physical` has, and lists and maps of them. */
export const columnOf = (name: string, type: DuckDBType): Column =>
  partOf(name, type, { path: [], isOptional: true, repetition: 0, definition: 0 })

function partOf(name: string, type: DuckDBType, place: Place): Column {
  const path = [...place.path, name]
  const inside = { repetition: place.repetition + 1, definition: place.definition + (place.isOptional ? 2 : 1) }
  if (type.typeId === DuckDBTypeId.LIST) {
    const item = partOf('element', (type as DuckDBListType).valueType, { path: [...path, 'list'], isOptional: false, ...inside })
    return new Group(place, [group(name, place, 1, converted.list), repeated('list', 1)], [item], (items) => [items])
  }
  if (type.typeId === DuckDBTypeId.MAP) {
    const { keyType, valueType } = type as DuckDBMapType
    const key = partOf('key', keyType, { path: [...path, 'key_value'], isOptional: false, ...inside })
    const value = partOf('value', valueType, { path: [...path, 'key_value'], isOptional: true, ...inside })
    return new Group(place, [group(name, place, 1, converted.map), repeated('key_value', 2)], [key, value], keysAndValues)
  }
  return new Leaf(path, physical[type.typeId]!, place)
}

/** By part, of a list or of a map's entries. */
type ItemsOf = (items: readonly Cell[]) => readonly (readonly Cell[])[]

/** A list or a map. */
class Group implements Column {
  readonly schema: readonly Thrift[]
  readonly leaves: readonly Leaf[]
  readonly #place: Place
  readonly #parts: readonly Column[]
  readonly #itemsOf: ItemsOf

  constructor(place: Place, schema: readonly Thrift[], parts: readonly Column[], itemsOf: ItemsOf) {
    this.schema = [...schema, ...parts.flatMap((part) => part.schema)]
    this.leaves = parts.flatMap(({ leaves }) => leaves)
    this.#place = place
    this.#parts = parts
    this.#itemsOf = itemsOf
  }

  add(cell: Cell, repetition: number): void {
    const { isOptional, definition } = this.#place
    const items = (cell ?? []) as readonly Cell[]
    if (items.length === 0) {
      this.addNone(repetition, cell !== null && isOptional ? definition + 1 : definition)
      return
    }
    const all = this.#itemsOf(items)
    for (let at = 0; at < all.length; at++) this.#parts[at]!.addAll(all[at]!, repetition)
  }

  addAll(cells: readonly Cell[], repetition: number): void {
    for (let at = 0; at < cells.length; at++) this.add(cells[at]!, at === 0 ? repetition : this.#place.repetition)
  }

  addNone(repetition: number, definition: number): void {
    for (const part of this.#parts) part.addNone(repetition, definition)
  }
}

/** Values of one type. */
export class Leaf implements Column {
  readonly schema: readonly Thrift[]
  readonly leaves = [this]
  readonly path: readonly string[]
  readonly physicalType: number
  readonly values: Values<Cell>
  readonly definitions = new LevelRuns()
  /** Undefined where nothing repeats. */
  readonly repetitions: LevelRuns | undefined
  readonly #place: Place

  constructor(path: readonly string[], { type, converted, values }: Physical, place: Place) {
    this.schema = [element({ type, repetition: repetitionOf(place), name: path.at(-1)!, converted })]
    this.path = path
    this.physicalType = type
    this.values = values() as Values<Cell>
    this.repetitions = place.repetition > 0 ? new LevelRuns() : undefined
    this.#place = place
  }

  add(cell: Cell, repetition: number): void {
    const { isOptional, definition } = this.#place
    this.addNone(repetition, cell !== null && isOptional ? definition + 1 : definition)
    if (cell !== null) this.values.push(cell)
  }

  addAll(cells: readonly Cell[], repetition: number): void {
    const { isOptional, repetition: next, definition } = this.#place
    if (isOptional) {
      for (let at = 0; at < cells.length; at++) this.add(cells[at]!, at === 0 ? repetition : next)
      return
    }
    this.repetitions!.push(repetition)
    this.repetitions!.push(next, cells.length - 1)
    this.definitions.push(definition, cells.length)
    this.values.pushAll(cells)
  }

  addNone(repetition: number, definition: number): void {
    this.repetitions?.push(repetition)
    this.definitions.push(definition)
  }
}

function keysAndValues(items: readonly Cell[]): Cell[][] {
  const entries = items as readonly (readonly [Cell, Cell])[]
  return [entries.map(([key]) => key), entries.map(([, value]) => value)]
}

const repetitionOf = ({ isOptional }: Place) => (isOptional ? repetitions.optional : repetitions.required)
const group = (name: string, place: Place, children: number, as: number) =>
  element({ repetition: repetitionOf(place), name, children, converted: as })
const repeated = (name: string, children: number) => element({ repetition: repetitions.repeated, name, children })

interface SchemaElement {
  readonly type?: number
  readonly repetition?: number
  readonly name: string
  readonly children?: number
  readonly converted?: number | undefined
}

const maybe = (value: number | undefined) => (value === undefined ? undefined : i32(value))

export const element = ({ type, repetition, name, children, converted: as }: SchemaElement): Thrift =>
  struct({ 1: maybe(type), 3: maybe(repetition), 4: text(name), 5: maybe(children), 6: maybe(as) })
