import { once } from 'node:events'
import { createServer } from 'node:net'
import { cannotListen } from '../api/listening.ts'
import type { Config } from '../config.ts'

/** Throws `PORT_UNAVAILABLE`: better said before an import than after it. */
export async function checkPorts(config: Config): Promise<void> {
  for (const setting of ['httpPort', 'grpcPort'] as const) {
    const probe = createServer()
    try {
      await once(probe.listen(config[setting], config.host), 'listening')
    } catch (cause) {
      throw cannotListen(setting, config.host, config[setting], cause)
    }
    probe.close()
    await once(probe, 'close')
  }
}
