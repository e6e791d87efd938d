import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import type { VireoError } from '../../errors.ts'
import { methodAt } from '../contract.ts'
import { callsOf, checkBatch, type Door } from '../door.ts'
import type { Method } from '../method.ts'
import { answerPreflight, originsOf, shareWith } from './cors.ts'
import { errorBody, fromFastify, sendError } from './error.ts'
import { localOnly } from './local-only.ts'
import { messageOf, protobufTypes } from './request.ts'

const eventStream = 'text/event-stream'

type Routed = Exclude<Method, { kind: 'clientStream' }>

/** The routes of a method. */
export function addRoutes(http: FastifyInstance, method: Routed, door: Door): void {
  const { input } = methodAt(method.path)
  const calls = callsOf(method, 'http', door)
  const fail = (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
    calls.failed(fromFastify(error), request.signal, reply.elapsedTime)

  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    const message = messageOf(request, method, input)
    checkBatch(method, message, door.batchSize)
    if (method.kind === 'serverStream') {
      const responses = method.run(door.backend, message, request.signal)[Symbol.asyncIterator]()
      // A failure before the first line still has a status of its own.
      const first = await responses.next()
      const lines = linesOf(
        first,
        responses,
        method,
        () => calls.ended(reply.elapsedTime),
        (error) => fail(error, request, reply),
      )
      // Some last until the server ends, which then does not wait for what else might come over the connection.
      reply.header('connection', 'close')
      if (!request.headers.accept?.includes(eventStream)) return reply.type('application/x-ndjson').send(Readable.from(lines))
      return reply.type(eventStream).send(Readable.from(eventsOf(lines)))
    }
    const response = await method.run(door.backend, message, request.signal, callers.get(request) ?? '')
    calls.ended(reply.elapsedTime)
    const accepted = protobufTypes.find((type) => request.headers.accept?.includes(type))
    if (accepted === undefined) return reply.send(method.response.toJSON(response))
    return reply.type(accepted).send(method.response.encode(response).finish())
  }

  const callers = new WeakMap<FastifyRequest, string>()
  const origins = originsOf(method, door)
  for (const route of method.routes) {
    const [verb, path] = route.split(' ') as [HTTPMethods, string]
    const url = path.replace(/\{(\w+)\}/g, ':$1')
    if (origins !== undefined) http.options(url, async (request, reply) => answerPreflight(origins, request, reply))
    http.route({
      method: verb,
      url,
      // Before the body is read: who may not call need not be listened to.
      onRequest: async (request, reply) => {
        if (origins !== undefined) shareWith(origins, request, reply)
        if (door.access.isOpen()) localOnly(request.headers, origins)
        const by = await door.access.admit(request.headers.authorization, method.scope)
        if (by !== '') callers.set(request, by)
      },
      handler: answer,
      errorHandler: (error, request, reply) => sendError(reply, fail(error, request, reply)),
    })
  }
}

/** One line of JSON a message; a failure is the last line. */
async function* linesOf(
  first: IteratorResult<unknown>,
  rest: AsyncIterator<unknown>,
  { response }: Routed,
  ended: () => void,
  failure: (error: unknown) => VireoError,
): AsyncGenerator<string> {
  try {
    for (let next = first; !next.done; next = await rest.next()) yield `${JSON.stringify(response.toJSON(next.value))}\n`
    ended()
  } catch (error) {
    yield `${JSON.stringify(errorBody(failure(error)))}\n`
  } finally {
    // A caller that went away ends the work too.
    await rest.return?.()
  }
}

/** As server-sent events, which browsers read as they come. */
async function* eventsOf(lines: AsyncGenerator<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `data: ${line}\n`
}
