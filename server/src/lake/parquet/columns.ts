import { type DuckDBListType, type DuckDBMapType, type DuckDBType, DuckDBTypeId } from '@duckdb/node-api'
import { ByteArrays } from './byte-arrays.ts'
import { LevelRuns } from './level-runs.ts'
import { i32, struct, type Thrift, text } from './thrift.ts'
import { BooleanValues, DoubleValues, FloatValues, Int32Values, Int64Values, type ValueBuffer } from './value-buffers.ts'

/** A value of a column, as it is written: NULL, a number or text or such, a list of them, a list of lists, or the entries of a map. */
export type Cell = null | string | number | boolean | Uint8Array | readonly Cell[]

/** Values of the lowest level of a column. */
export interface Leaf {
  readonly path: readonly string[]
  readonly physicalType: number
  readonly values: ValueBuffer<Cell>
  readonly repetition: LevelRuns | undefined
  readonly definition: LevelRuns
}

export interface Column {
  /** Elements of Parquet's schema, from the column on down. */
  readonly schema: readonly Thrift[]
  readonly leaves: readonly Leaf[]
  add(cell: Exclude<Cell, null>): void
  addNulls(count: number): void
}

const repetitions = { required: 0, optional: 1, repeated: 2 }
const converted = { utf8: 0, map: 1, list: 3 }

interface Physical {
  readonly number: number
  readonly converted?: number
  readonly make: () => ValueBuffer<never>
}

// https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
const physical: Readonly<Partial<Record<DuckDBTypeId, Physical>>> = {
  [DuckDBTypeId.BOOLEAN]: { number: 0, make: () => new BooleanValues() },
  [DuckDBTypeId.INTEGER]: { number: 1, make: () => new Int32Values() },
  [DuckDBTypeId.BIGINT]: { number: 2, make: () => new Int64Values() },
  [DuckDBTypeId.FLOAT]: { number: 4, make: () => new FloatValues() },
  [DuckDBTypeId.DOUBLE]: { number: 5, make: () => new DoubleValues() },
  [DuckDBTypeId.VARCHAR]: { number: 6, converted: converted.utf8, make: () => new ByteArrays() },
  [DuckDBTypeId.BLOB]: { number: 6, make: () => new ByteArrays() },
}

export function columnOf(name: string, type: DuckDBType): Column {
  if (type.typeId === DuckDBTypeId.MAP) return mapColumn(name, type as DuckDBMapType)
  if (type.typeId !== DuckDBTypeId.LIST) return flatColumn(name, type)
  const { valueType } = type as DuckDBListType
  return valueType.typeId === DuckDBTypeId.LIST ? listOfListsColumn(name, valueType as DuckDBListType) : listColumn(name, valueType)
}

function flatColumn(name: string, type: DuckDBType): Column {
  const leaf = leafOf(type, [name], false)
  const { values, definition } = leaf
  return {
    schema: [primitive(name, type, repetitions.optional)],
    leaves: [leaf],
    add(cell) {
      definition.push(1)
      values.push(cell)
    },
    addNulls: (count) => definition.push(0, count),
  }
}

function listColumn(name: string, type: DuckDBType): Column {
  const leaf = leafOf(type, [name, 'list', 'element'], true)
  const { values, definition } = leaf
  const repetition = leaf.repetition!
  return {
    schema: [...listGroup(name, repetitions.optional), primitive('element', type, repetitions.required)],
    leaves: [leaf],
    add(cell) {
      const items = cell as readonly Cell[]
      repetition.push(0)
      if (items.length === 0) return definition.push(1)
      if (items.length > 1) repetition.push(1, items.length - 1)
      definition.push(2, items.length)
      values.pushAll(items)
    },
    addNulls: (count) => pushNulls([leaf], count),
  }
}

function listOfListsColumn(name: string, { valueType }: DuckDBListType): Column {
  const leaf = leafOf(valueType, [name, 'list', 'element', 'list', 'element'], true)
  const { values, definition } = leaf
  const repetition = leaf.repetition!
  return {
    schema: [
      ...listGroup(name, repetitions.optional),
      ...listGroup('element', repetitions.required),
      primitive('element', valueType, repetitions.required),
    ],
    leaves: [leaf],
    add(cell) {
      const lists = cell as readonly (readonly Cell[])[]
      if (lists.length === 0) {
        repetition.push(0)
        return definition.push(1)
      }
      for (let at = 0; at < lists.length; at++) {
        const items = lists[at]!
        repetition.push(at === 0 ? 0 : 1)
        if (items.length === 0) definition.push(2)
        else definition.push(3, items.length)
        if (items.length > 1) repetition.push(2, items.length - 1)
        values.pushAll(items)
      }
    },
    addNulls: (count) => pushNulls([leaf], count),
  }
}

function mapColumn(name: string, { keyType, valueType }: DuckDBMapType): Column {
  const key = leafOf(keyType, [name, 'key_value', 'key'], true)
  const value = leafOf(valueType, [name, 'key_value', 'value'], true)
  return {
    schema: [
      element({ repetition: repetitions.optional, name, children: 1, converted: converted.map }),
      element({ repetition: repetitions.repeated, name: 'key_value', children: 2 }),
      primitive('key', keyType, repetitions.required),
      primitive('value', valueType, repetitions.optional),
    ],
    leaves: [key, value],
    add(cell) {
      const entries = cell as readonly (readonly [Cell, Cell])[]
      for (const { repetition, definition } of [key, value]) {
        repetition!.push(0)
        if (entries.length === 0) definition.push(1)
        else if (entries.length > 1) repetition!.push(1, entries.length - 1)
      }
      for (const [ofKey, ofValue] of entries) {
        key.definition.push(2)
        key.values.push(ofKey)
        value.definition.push(ofValue === null ? 2 : 3)
        if (ofValue !== null) value.values.push(ofValue)
      }
    },
    addNulls: (count) => pushNulls([key, value], count),
  }
}

function pushNulls(leaves: readonly Leaf[], count: number): void {
  for (const { repetition, definition } of leaves) {
    repetition!.push(0, count)
    definition.push(0, count)
  }
}

function leafOf(type: DuckDBType, path: readonly string[], repeats: boolean): Leaf {
  const { number, make } = physical[type.typeId]!
  const repetition = repeats ? new LevelRuns() : undefined
  return { path, physicalType: number, values: make() as ValueBuffer<Cell>, repetition, definition: new LevelRuns() }
}

const listGroup = (name: string, repetition: number): Thrift[] => [
  element({ repetition, name, children: 1, converted: converted.list }),
  element({ repetition: repetitions.repeated, name: 'list', children: 1 }),
]

function primitive(name: string, { typeId }: DuckDBType, repetition: number): Thrift {
  const { number, converted: as } = physical[typeId]!
  return element({ type: number, repetition, name, ...(as !== undefined && { converted: as }) })
}

interface SchemaElement {
  readonly type?: number
  readonly repetition?: number
  readonly name: string
  readonly children?: number
  readonly converted?: number
}

const maybe = (value: number | undefined) => (value === undefined ? undefined : i32(value))

export const element = ({ type, repetition, name, children, converted: as }: SchemaElement): Thrift =>
  struct({ 1: maybe(type), 3: maybe(repetition), 4: text(name), 5: maybe(children), 6: maybe(as) })
