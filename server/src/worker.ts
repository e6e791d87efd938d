import { KeyStore, keyPlace } from './api/access/key-store.ts'
import { startHealthDoor } from './api/health-door.ts'
import { systemClock } from './clock.ts'
import { composeWorker } from './compose/worker.ts'
import type { Config } from './config.ts'
import { createLog } from './log.ts'
import { createMetrics } from './metrics.ts'

export interface WorkerServer {
  readonly httpPort: number
  /** Lets go of what it does, for others to take over, and saves everything. */
  close(): Promise<void>
}

/** A whole server without the role `api`: what it does, then a door for those who watch it. */
export async function startWorker(config: Config): Promise<WorkerServer> {
  const log = createLog(config.logLevel)
  const metrics = createMetrics()
  const worker = await composeWorker(config, { clock: systemClock, metrics, log })
  try {
    const door = await startHealthDoor({ config, keys: new KeyStore(keyPlace(config), log), metrics, log })
    return {
      httpPort: door.port,
      async close() {
        await door.close(config.shutdownGraceMs)
        await worker.close()
      },
    }
  } catch (error) {
    await worker.close()
    throw error
  }
}
