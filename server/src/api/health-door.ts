import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { Access } from './access/access.ts'
import type { KeyStore } from './access/key-store.ts'
import { addHealth } from './http/health.ts'
import { type HttpServer, openHttp } from './http/open-http.ts'

export interface HealthDoorParts {
  readonly config: Config
  readonly keys: KeyStore
  readonly metrics: Metrics
  readonly log: Log
}

/** The only door of a server that answers no requests of people: health and metrics. Throws `ADMIN_KEY_MISSING`, `PORT_UNAVAILABLE`. */
export function startHealthDoor({ config, keys, log, metrics }: HealthDoorParts): Promise<HttpServer> {
  const access = new Access(keys, config.host, config.limits.ratePerKeyPerSecond)
  return openHttp({
    ...{ host: config.host, port: config.httpPort, bodyMb: config.limits.bodyMb, log },
    unknown: `This server has the roles ${config.roles}; ask one with the role api.`,
    serve: (http, isClosing) => addHealth(http, { access, metrics, ready: () => !isClosing() }),
  })
}
