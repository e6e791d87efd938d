import { KeyStore, keyPlace } from './api/access/key-store.ts'
import { type Api, startApi } from './api/api.ts'
import { pages } from './api/http/pages.ts'
import { systemClock } from './clock.ts'
import { compose, type Vireo } from './compose.ts'
import type { Config } from './config.ts'
import { createLog } from './log.ts'
import { createMetrics } from './metrics.ts'

export interface Server extends Pick<Api, 'httpPort' | 'grpcPort'> {
  readonly vireo: Vireo
  /** Takes no new calls, lets those that run end, and saves everything. */
  close(): Promise<void>
}

/** A whole server: state, then doors. `beforeServing` runs while the state is there and the doors are still shut. */
export async function startServer(config: Config, beforeServing: (vireo: Vireo) => Promise<void> = async () => undefined): Promise<Server> {
  const log = createLog(config.logLevel)
  const metrics = createMetrics()
  const vireo = await compose(config, { clock: systemClock, metrics, log })
  try {
    await beforeServing(vireo)
    const keys = new KeyStore(keyPlace(config), log)
    const api = await startApi({ services: vireo.services, config, keys, metrics, log, pages })
    return {
      vireo,
      httpPort: api.httpPort,
      grpcPort: api.grpcPort,
      async close() {
        await api.close(config.shutdownGraceMs)
        await vireo.close()
      },
    }
  } catch (error) {
    await vireo.close()
    throw error
  }
}
