import type { DescMessage } from '@bufbuild/protobuf'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { InvalidInput } from '../../errors.ts'
import type { Method } from '../method.ts'
import { checkJson, fromQuery } from './check-json.ts'

export const protobufTypes = ['application/x-protobuf', 'application/protobuf']

const utf8 = new TextDecoder('utf-8', { fatal: true })
const malformed = (message: string) => new InvalidInput('MALFORMED_BODY', '', message)

export function addParsers(http: FastifyInstance): void {
  http.removeAllContentTypeParsers()
  http.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_: FastifyRequest, body: Buffer) => {
    // Many clients name the type of a body that they don't send.
    if (body.length === 0) return undefined
    try {
      return JSON.parse(utf8.decode(body))
    } catch {
      throw malformed('The body is not JSON.')
    }
  })
  http.addContentTypeParser(protobufTypes, { parseAs: 'buffer' }, async (_: FastifyRequest, body: Buffer) => body)
}

/** The message that a call carries: its body, or the query of a GET, and the fields in the path, which win. */
export function messageOf(request: FastifyRequest, method: Method, type: DescMessage): unknown {
  const message = Buffer.isBuffer(request.body) ? decode(request.body, method) : method.request.fromJSON(jsonOf(request, type))
  for (const field of type.fields) {
    const inPath = (request.params as Record<string, string>)[field.name]
    if (inPath !== undefined) (message as Record<string, unknown>)[field.localName] = inPath
  }
  return message
}

function jsonOf(request: FastifyRequest, type: DescMessage): unknown {
  const json = request.method === 'GET' ? queryOf(request, type) : (request.body ?? {})
  checkJson(type, json)
  return json
}

function queryOf(request: FastifyRequest, type: DescMessage): Record<string, unknown> {
  const query = Object.entries(request.query as Record<string, unknown>)
  return Object.fromEntries(query.map(([name, value]) => [name, typeof value === 'string' ? fromQuery(type, name, value) : value]))
}

function decode(body: Buffer, method: Method): unknown {
  try {
    return method.request.decode(body)
  } catch {
    throw malformed('The body is not a protobuf message of the contract.')
  }
}
