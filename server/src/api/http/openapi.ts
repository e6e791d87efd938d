import { type DescEnum, type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf'
import { methodAt } from '../contract.ts'
import { errorCodes } from '../error-codes.ts'
import type { Method } from '../method.ts'
import { methods } from '../methods.ts'
import { commentOf } from './comments.ts'
import { protobufTypes } from './request.ts'

type Json = Record<string, unknown>

const numbers = { type: 'number' }
const scalars: Partial<Record<ScalarType, Json>> = {
  [ScalarType.STRING]: { type: 'string' },
  [ScalarType.BOOL]: { type: 'boolean' },
  [ScalarType.INT32]: { type: 'integer', format: 'int32' },
  [ScalarType.INT64]: { type: 'string', format: 'int64', pattern: '^-?[0-9]{1,19}$' },
  [ScalarType.FLOAT]: numbers,
  [ScalarType.DOUBLE]: numbers,
  [ScalarType.BYTES]: { type: 'string', contentEncoding: 'base64' },
}

/** OpenAPI 3.1 of all routes, made from the contract and the table of methods. */
export function openApi(): Json {
  const schemas: Record<string, Json> = { Error: errorSchema }
  const paths: Record<string, Json> = {}
  for (const method of methods)
    if (method.kind !== 'clientStream')
      for (const [index, route] of method.routes.entries()) {
        const [verb, path] = route.split(' ') as [string, string]
        paths[path] = { ...paths[path], [verb.toLowerCase()]: operation(method, verb, path, index, schemas) }
      }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Vireo',
      version: 'v1',
      description:
        'JSON is that of proto3: 64-bit integers are strings, fields at their default are left out, names may also be in snake_case.',
    },
    security: [{ key: [] }, {}],
    paths,
    components: { schemas, securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
  }
}

function operation(method: Method, verb: string, path: string, index: number, schemas: Record<string, Json>): Json {
  const rpc = methodAt(method.path)
  const inPath = new Set([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
  const fields = rpc.input.fields.filter((field) => inPath.has(field.name) || (verb === 'GET' && field.fieldKind === 'scalar'))
  const parameters = fields.map((field) => ({
    name: field.name,
    in: inPath.has(field.name) ? 'path' : 'query',
    required: inPath.has(field.name),
    description: commentOf(nameOf(field)),
    schema: fieldSchema(field, schemas),
  }))
  const body = verb === 'POST' && rpc.input.fields.length > 0
  const types = method.kind === 'serverStream' ? ['application/x-ndjson', 'text/event-stream'] : ['application/json', ...protobufTypes]
  return {
    operationId: index === 0 ? rpc.localName : `${rpc.localName}${index + 1}`,
    tags: [rpc.parent.name],
    summary: commentOf(`${rpc.parent.typeName}.${rpc.name}`),
    description: `Needs the scope ${method.scope} where keys are in use.`,
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { content: content(['application/json', ...protobufTypes], reference(rpc.input, schemas)) } }),
    responses: {
      200: { description: 'Done.', content: content(types, reference(rpc.output, schemas)) },
      default: { description: 'Failed.', content: content(['application/json'], { $ref: '#/components/schemas/Error' }) },
    },
  }
}

/** Protobuf is described by its media type alone: its schema is the .proto. */
const content = (types: readonly string[], schema: Json): Json =>
  Object.fromEntries(types.map((type) => [type, protobufTypes.includes(type) ? {} : { schema }]))

function reference(message: DescMessage, schemas: Record<string, Json>): Json {
  if (message.typeName === 'google.protobuf.Timestamp') return { type: 'string', format: 'date-time' }
  const name = message.typeName.replace('vireo.v1.', '')
  if (!(name in schemas)) {
    const schema: Json = { type: 'object', description: commentOf(message.typeName) }
    // Before its fields: a message may hold itself.
    schemas[name] = schema
    schema.properties = Object.fromEntries(
      message.fields.map((field) => [field.jsonName, { ...fieldSchema(field, schemas), description: commentOf(nameOf(field)) }]),
    )
  }
  return { $ref: `#/components/schemas/${name}` }
}

function fieldSchema(field: DescField, schemas: Record<string, Json>): Json {
  if (field.fieldKind === 'list') return { type: 'array', items: valueSchema(field, schemas) }
  if (field.fieldKind === 'map') return { type: 'object', additionalProperties: valueSchema(field, schemas) }
  return valueSchema(field, schemas)
}

interface Value {
  readonly message?: DescMessage | undefined
  readonly enum?: DescEnum | undefined
  readonly scalar?: ScalarType | undefined
}

function valueSchema(value: Value, schemas: Record<string, Json>): Json {
  if (value.message) return reference(value.message, schemas)
  if (value.enum) return { type: 'string', enum: value.enum.values.map((each) => each.name) }
  return scalars[value.scalar!]!
}

const nameOf = (field: DescField): string => `${field.parent.typeName}.${field.name}`

const errorSchema: Json = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'field', 'message', 'retryable'],
      properties: {
        code: { type: 'string', examples: Object.keys(errorCodes) },
        field: { type: 'string', description: 'The part of the input at fault, if one is.' },
        message: { type: 'string', description: 'What is wrong and what to do.' },
        retryable: { type: 'boolean', description: 'Whether the same call may succeed later.' },
      },
    },
  },
}
