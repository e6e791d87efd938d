import { Command } from 'commander'
import { systemClock } from '../clock.ts'
import { forgetState } from '../compose/beside.ts'
import { compose } from '../compose.ts'
import { createLog } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import { configuration } from './environment.ts'
import { count, print, printJson, tell } from './print.ts'
import { interrupted, stopSignal } from './stop-signals.ts'

const lineEveryMs = 3_000

export const rebuildCommand = (): Command =>
  new Command('rebuild')
    .description('make all state anew from what was recorded, where no server runs')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
State is what people saw and did, counts and the like, made of the event log and the lake, which stay as they are. Stopped,
it goes on with the next start.

Examples:
  vireo rebuild
  VIREO_DATA_DIR=/var/lib/vireo vireo rebuild --json`,
    )
    .action(async ({ json }: { json?: true }) => {
      const signal = stopSignal()
      const startedMs = performance.now()
      const records = await rebuilt(signal).catch((error) => {
        throw signal.aborted ? interrupted('Stopped; the next start goes on') : error
      })
      const seconds = Math.round(performance.now() - startedMs) / 1_000
      if (json) printJson({ records, seconds })
      else print(`The state is made of ${count(records)} records, after ${seconds.toFixed(1)} s.`)
    })

/** Returns how many records were read. */
async function rebuilt(signal: AbortSignal): Promise<number> {
  const config = configuration()
  await forgetState(config.dataDir)
  let records = 0
  let toldMs = performance.now()
  const recovery = {
    signal,
    onProgress(recordsRead: number) {
      records = recordsRead
      if (performance.now() - toldMs < lineEveryMs) return
      toldMs = performance.now()
      tell(`Read ${count(records)} records …`)
    },
  }
  // The lake is for reading only.
  const still = { ...config, lake: { ...config.lake, enabled: false } }
  const vireo = await compose(still, { clock: systemClock, metrics: createMetrics(), log: createLog(config.logLevel), recovery })
  await vireo.close()
  return records
}
