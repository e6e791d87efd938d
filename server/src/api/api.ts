import type { FastifyPluginCallback } from 'fastify'
import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { Services } from '../services.ts'
import { Access } from './access/access.ts'
import type { KeyStore } from './access/key-store.ts'
import type { Door } from './door.ts'
import { startGrpc } from './grpc/server.ts'
import { startHttp } from './http/server.ts'

export interface ApiParts {
  readonly services: Services
  readonly config: Config
  readonly keys: KeyStore
  readonly metrics: Metrics
  readonly log: Log
  /** What HTTP serves besides the contract, such as the player. */
  readonly pages?: FastifyPluginCallback
}

export interface Api {
  readonly httpPort: number
  readonly grpcPort: number
  /** Takes no new calls and is no longer ready; running calls have `graceMs` to end, then they are cut off. */
  close(graceMs: number): Promise<void>
}

/** Opens both doors, and renews the token of local commands. Throws `ADMIN_KEY_MISSING` or `PORT_UNAVAILABLE`. */
export async function startApi({ services, config, keys, metrics, log, pages }: ApiParts): Promise<Api> {
  const leaving = new AbortController()
  const door: Door = {
    backend: { services, keys, leaving: leaving.signal },
    access: new Access(keys, config.host, config.limits.ratePerKeyPerSecond),
    metrics,
    log,
    bodyMb: config.limits.bodyMb,
    batchSize: config.limits.batchSize,
    allowedOrigins: new Set(config.api.allowedOrigins.split(' ').filter(Boolean)),
  }
  await keys.renewOperatorToken()
  const grpc = await startGrpc(door, config.host, config.grpcPort)
  const http = await startHttp(door, config.host, config.httpPort, pages).catch(async (error) => {
    await grpc.close(0)
    throw error
  })
  return {
    httpPort: http.port,
    grpcPort: grpc.port,
    async close(graceMs) {
      leaving.abort()
      await Promise.all([grpc.close(graceMs), http.close(graceMs)])
    },
  }
}
