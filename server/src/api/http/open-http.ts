import type { AddressInfo } from 'node:net'
import { type FastifyError, type FastifyInstance, type FastifyRequest, fastify } from 'fastify'
import { NotFound } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { cannotListen } from '../listening.ts'
import { presentable } from '../status.ts'
import { fromFastify, sendError } from './error.ts'

export interface HttpServer {
  readonly port: number
  /** Takes no new calls; running ones have `graceMs` to end. */
  close(graceMs: number): Promise<void>
}

export interface HttpParts {
  readonly host: string
  readonly port: number
  readonly bodyMb: number
  readonly log: Log
  /** What it says of an unknown path. */
  readonly unknown: string
  /** Adds what it serves. */
  readonly serve: (http: FastifyInstance, isClosing: () => boolean) => void
}

const safeHeaders = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** Throws `PORT_UNAVAILABLE`. */
export async function openHttp({ bodyMb, host, log, port, serve, unknown }: HttpParts): Promise<HttpServer> {
  let closing = false
  const http = fastify({
    bodyLimit: bodyMb * 2 ** 20,
    // Whoever sends a body slower than this keeps a place that others need.
    requestTimeout: 30_000,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    // Ids in paths are up to 1,024 bytes, of which each may take three letters.
    routerOptions: { maxParamLength: 3_072 },
    frameworkErrors: (error, request, reply) => void sendError(reply, presentable(fromFastify(error), request.signal)),
  })
  http.addHook('onRequest', async (_, reply) => void reply.headers(safeHeaders))
  // A connection that is kept alive would hold up the server's end.
  http.addHook('onSend', async (_, reply) => void (closing && reply.header('connection', 'close')))
  // Fastify knows how long a reply takes only where somebody wants to hear of its end.
  http.addHook('onResponse', async () => undefined)
  http.setErrorHandler((error: FastifyError, request: FastifyRequest, reply) => {
    const shown = presentable(fromFastify(error), request.signal)
    if (shown.code === 'INTERNAL') log.error({ err: error, path: request.routeOptions.url }, 'a call failed')
    return sendError(reply, shown)
  })
  http.setNotFoundHandler((request, reply) =>
    sendError(reply, new NotFound('ROUTE_UNKNOWN', '', `There is no ${request.method} here. ${unknown}`)),
  )
  serve(http, () => closing)

  await http.listen({ host, port }).catch(async (cause) => {
    await http.close()
    throw cannotListen('httpPort', host, port, cause)
  })
  return {
    port: (http.server.address() as AddressInfo).port,
    async close(graceMs) {
      closing = true
      const forced = setTimeout(() => http.server.closeAllConnections(), graceMs)
      await http.close()
      clearTimeout(forced)
    },
  }
}
