import type { AddressInfo } from 'node:net'
import { type FastifyError, type FastifyPluginCallback, type FastifyRequest, fastify } from 'fastify'
import { NotFound } from '../../errors.ts'
import type { Door } from '../door.ts'
import { cannotListen } from '../listening.ts'
import { methods } from '../methods.ts'
import { presentable } from '../status.ts'
import { fromFastify, sendError } from './error.ts'
import { localOnly } from './local-only.ts'
import { openApi } from './openapi.ts'
import { addParsers } from './request.ts'
import { addRoutes } from './routes.ts'

export interface HttpServer {
  readonly port: number
  /** Takes no new calls; running ones have `graceMs` to end. */
  close(graceMs: number): Promise<void>
}

const safeHeaders = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

export async function startHttp(door: Door, host: string, port: number, pages?: FastifyPluginCallback): Promise<HttpServer> {
  let closing = false
  const http = fastify({
    bodyLimit: door.bodyMb * 2 ** 20,
    // Whoever sends a body slower than this keeps a place that others need.
    requestTimeout: 30_000,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    // Ids in paths are up to 1,024 bytes, of which each may take three letters.
    routerOptions: { maxParamLength: 3_072 },
    frameworkErrors: (error, request, reply) => void sendError(reply, presentable(fromFastify(error), request.signal)),
  })
  addParsers(http)
  http.addHook('onRequest', async (_, reply) => void reply.headers(safeHeaders))
  // A connection that is kept alive would hold up the server's end.
  http.addHook('onSend', async (_, reply) => void (closing && reply.header('connection', 'close')))
  // Fastify knows how long a reply takes only where somebody wants to hear of its end.
  http.addHook('onResponse', async () => undefined)
  http.setErrorHandler((error: FastifyError, request: FastifyRequest, reply) => {
    const shown = presentable(fromFastify(error), request.signal)
    if (shown.code === 'INTERNAL') door.log.error({ err: error, path: request.routeOptions.url }, 'a call failed')
    return sendError(reply, shown)
  })
  http.setNotFoundHandler((request, reply) =>
    sendError(reply, new NotFound('ROUTE_UNKNOWN', '', `There is no ${request.method} here. /openapi.json lists what there is.`)),
  )
  for (const method of methods) if (method.kind !== 'clientStream') addRoutes(http, method, door)

  const description = JSON.stringify(openApi())
  http.get('/openapi.json', async (_, reply) => reply.type('application/json; charset=utf-8').send(description))
  http.get('/healthz', async () => ({ status: 'alive' }))
  http.get('/readyz', async (_, reply) => {
    const ready = !closing && door.backend.services.operations.ready()
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready' })
  })
  http.get('/metrics', async (request, reply) => {
    if (door.access.onLoopback) localOnly(request.headers)
    else await door.access.admit(request.headers.authorization, 'admin')
    return reply.type(door.metrics.registry.contentType).send(await door.metrics.registry.metrics())
  })
  if (pages) http.register(pages)

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
