import type { FastifyPluginCallback } from 'fastify'
import type { Door } from '../door.ts'
import { methods } from '../methods.ts'
import { addHealth } from './health.ts'
import { type HttpServer, openHttp } from './open-http.ts'
import { openApi } from './openapi.ts'
import { addParsers } from './request.ts'
import { addRoutes } from './routes.ts'

export function startHttp(door: Door, host: string, port: number, pages?: FastifyPluginCallback): Promise<HttpServer> {
  const { access, backend, bodyMb, log, metrics } = door
  const description = JSON.stringify(openApi())
  return openHttp({
    ...{ host, port, bodyMb, log },
    unknown: '/openapi.json lists what there is.',
    serve(http, isClosing) {
      addParsers(http)
      for (const method of methods) if (method.kind !== 'clientStream') addRoutes(http, method, door)
      http.get('/openapi.json', async (_, reply) => reply.type('application/json; charset=utf-8').send(description))
      addHealth(http, { access, metrics, ready: () => !isClosing() && backend.services.operations.ready() })
      if (pages) http.register(pages)
    },
  })
}
