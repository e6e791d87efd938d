import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../../metrics.ts'
import type { Access } from '../access/access.ts'
import { localOnly } from './local-only.ts'

export interface HealthParts {
  readonly ready: () => boolean
  readonly access: Access
  readonly metrics: Metrics
}

/** What those who run it ask of a server: whether it lives, whether it is ready, and its metrics. */
export function addHealth(http: FastifyInstance, { access, metrics, ready }: HealthParts): void {
  http.get('/healthz', async () => ({ status: 'alive' }))
  http.get('/readyz', async (_, reply) => {
    const isReady = ready()
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not ready' })
  })
  http.get('/metrics', async (request, reply) => {
    if (access.onLoopback) localOnly(request.headers)
    else await access.admit(request.headers.authorization, 'admin')
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })
}
