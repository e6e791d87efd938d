import type { FastifyReply, FastifyRequest } from 'fastify'
import { VireoError } from '../../errors.ts'
import type { Door } from '../door.ts'
import type { Method } from '../method.ts'
import { sendError } from './error.ts'

/** How long a browser may remember that it may call, in s: so that what it sends on leaving a page need not ask first. */
const rememberedS = 7_200

const notAllowed = new VireoError({
  code: 'ORIGIN_REFUSED',
  fault: 'client',
  retryable: false,
  message: 'Pages of this origin may not call this. List it in api.allowedOrigins.',
})

/** What pages of other origins may call: what the client library needs, and nothing that administers. */
const isForPages = ({ scope }: Method): boolean => scope === 'feed' || scope === 'events'

/** The origins whose pages may call a method. */
export const originsOf = (method: Method, { allowedOrigins }: Door): ReadonlySet<string> | undefined =>
  isForPages(method) && allowedOrigins.size > 0 ? allowedOrigins : undefined

/** Lets a page of an allowed origin read the answer, failures too (https://fetch.spec.whatwg.org/#http-cors-protocol). */
export function shareWith(allowed: ReadonlySet<string>, request: FastifyRequest, reply: FastifyReply): void {
  const { origin } = request.headers
  reply.header('vary', 'origin')
  if (origin !== undefined && allowed.has(origin))
    reply.headers({ 'access-control-allow-origin': origin, 'access-control-expose-headers': 'retry-after' })
}

/** Answers a browser that asks whether it may send a call. */
export function answerPreflight(allowed: ReadonlySet<string>, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  shareWith(allowed, request, reply)
  if (!reply.hasHeader('access-control-allow-origin')) return sendError(reply, notAllowed)
  return reply
    .headers({
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'authorization, content-type, accept',
      'access-control-max-age': rememberedS,
    })
    .code(204)
    .send()
}
