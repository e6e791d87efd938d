/** Parts of a message in Thrift's compact protocol (thrift/doc/specs/thrift-compact-protocol.md), as far as Parquet's metadata needs it. */
export interface Thrift {
  /** Of the field or the element that holds it. */
  readonly type: number
  readonly bytes: readonly number[]
}

const types = { i32: 5, i64: 6, binary: 8, list: 9, struct: 12 }

export const i32 = (value: number): Thrift => ({ type: types.i32, bytes: varint(value * 2) })
/** From 0 on. */
export const i64 = (value: number): Thrift => ({ type: types.i64, bytes: varint(value * 2) })

export function text(value: string): Thrift {
  const bytes = Buffer.from(value)
  return { type: types.binary, bytes: [...varint(bytes.byteLength), ...bytes] }
}

/** Of at least one item. */
export function list(items: readonly Thrift[]): Thrift {
  const head = items.length < 15 ? [(items.length << 4) | items[0]!.type] : [0xf0 | items[0]!.type, ...varint(items.length)]
  return { type: types.list, bytes: [...head, ...items.flatMap(({ bytes }) => bytes)] }
}

/** By the numbers of the fields, which go up by less than 16 at a time; undefined ones are left out. */
export function struct(fields: Readonly<Record<number, Thrift | undefined>>): Thrift {
  const bytes: number[] = []
  let before = 0
  for (const [number, field] of Object.entries(fields)) {
    if (field === undefined) continue
    bytes.push(((Number(number) - before) << 4) | field.type)
    for (const byte of field.bytes) bytes.push(byte)
    before = Number(number)
  }
  bytes.push(0)
  return { type: types.struct, bytes }
}

/** Seven bits a byte, the lowest first. */
export function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  bytes.push(rest)
  return bytes
}
