import { type DescEnum, type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf'
import { InvalidInput } from '../../errors.ts'

const int32 = (value: unknown) => Number.isInteger(value) && (value as number) >= -(2 ** 31) && (value as number) < 2 ** 31
const int64 = (value: unknown) =>
  Number.isSafeInteger(value) ||
  (typeof value === 'string' && /^-?\d{1,19}$/.test(value) && BigInt.asIntN(64, BigInt(value)) === BigInt(value))

/** The scalars that the contract uses; its int64 travel as strings, as everywhere in proto3's JSON. */
const scalars: Partial<Record<ScalarType, { is: (value: unknown) => boolean; expected: string }>> = {
  [ScalarType.STRING]: { is: (value) => typeof value === 'string' && value.isWellFormed(), expected: 'a string' },
  [ScalarType.BOOL]: { is: (value) => typeof value === 'boolean', expected: 'true or false' },
  [ScalarType.INT32]: { is: int32, expected: 'a whole number of 32 bits' },
  [ScalarType.INT64]: { is: int64, expected: 'a whole number of 64 bits, as a string' },
  [ScalarType.FLOAT]: { is: Number.isFinite, expected: 'a number' },
  [ScalarType.DOUBLE]: { is: Number.isFinite, expected: 'a number' },
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/i

const fieldsOf = new WeakMap<DescMessage, Map<string, DescField>>()

/** Throws `MALFORMED_BODY` that names the field where JSON is not what the message says. The generated `fromJSON` would bend it to fit. */
export function checkJson(message: DescMessage, json: unknown, at = ''): void {
  if (message.typeName === 'google.protobuf.Timestamp') {
    expect(typeof json === 'string' && rfc3339.test(json) && !Number.isNaN(Date.parse(json)), at, 'a time such as "2026-01-31T12:00:00Z"')
    return
  }
  expect(isObject(json), at, 'an object')
  const fields = fieldsByName(message)
  for (const [name, value] of Object.entries(json)) {
    const field = fields.get(name)
    const path = at === '' ? name : `${at}.${name}`
    if (field === undefined)
      throw malformed(path, `${path} is not a field of ${message.name}; it has ${message.fields.map((each) => each.name).join(', ')}.`)
    // As in proto3's JSON, null is absent.
    if (value !== null) checkField(field, value, path)
  }
}

/** A query's parameter as JSON: its text for strings, else what the text says. */
export function fromQuery(message: DescMessage, name: string, text: string): unknown {
  const field = fieldsByName(message).get(name)
  if (field?.fieldKind !== 'scalar' || field.scalar === ScalarType.STRING || field.scalar === ScalarType.INT64) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function checkField(field: DescField, value: unknown, at: string): void {
  if (field.fieldKind === 'list') {
    expect(Array.isArray(value), at, 'a list')
    for (let index = 0; index < value.length; index++) checkOne(field, value[index], `${at}[${index}]`)
  } else if (field.fieldKind === 'map') {
    expect(isObject(value), at, 'an object')
    for (const [key, each] of Object.entries(value)) checkOne(field, each, `${at}.${key}`)
  } else checkOne(field, value, at)
}

function checkOne(
  field: { message?: DescMessage | undefined; enum?: DescEnum | undefined; scalar?: ScalarType | undefined },
  value: unknown,
  at: string,
): void {
  if (field.message) checkJson(field.message, value, at)
  else if (field.enum) {
    // An unknown name passes: the domain refuses the row that holds it, not the batch.
    if (typeof value !== 'string' && !int32(value)) expect(false, at, `one of ${field.enum.values.map((each) => each.name).join(', ')}`)
  } else {
    const scalar = scalars[field.scalar!]
    if (scalar === undefined) throw new Error(`${at}: JSON of scalar ${field.scalar} is not known here.`)
    expect(scalar.is(value), at, scalar.expected)
  }
}

function fieldsByName(message: DescMessage): Map<string, DescField> {
  let fields = fieldsOf.get(message)
  if (fields === undefined) {
    fields = new Map(message.fields.flatMap((field) => [[field.name, field] as const, [field.jsonName, field] as const]))
    fieldsOf.set(message, fields)
  }
  return fields
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value)

const malformed = (at: string, message: string) => new InvalidInput('MALFORMED_BODY', at, message)

function expect(holds: boolean, at: string, expected: string): asserts holds {
  if (!holds) throw malformed(at, `${at === '' ? 'The body' : at} must be ${expected}.`)
}
