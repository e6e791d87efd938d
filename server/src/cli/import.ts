import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type ServiceError, status } from '@grpc/grpc-js'
import { Command } from 'commander'
import { systemClock } from '../clock.ts'
import { compose, type Vireo } from '../compose.ts'
import type { Config } from '../config.ts'
import { importFolder } from '../importing/import-folder.ts'
import { createLog } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import { type Connection, isUnreachable, type ServerOptions, withConnection, withServerOptions } from './connection.ts'
import { configuration } from './environment.ts'
import { followImport, type Imported, type ImportStep, importReport } from './import-progress.ts'
import { count, print, printJson, tell } from './print.ts'
import { interrupted, stopSignal } from './stop-signals.ts'

interface ImportOptions extends ServerOptions {
  readonly shiftToNow?: true
  readonly json?: true
}

export const importCommand = (): Command =>
  withServerOptions(
    new Command('import').description('import a folder of videos and events; an import that was stopped goes on where it was'),
  )
    .argument('<folder>', 'folder to import, which the server must be able to read; docs/importing.md says what it holds')
    .option('--shift-to-now', 'move all times by whole weeks, so that the last event is as late as it can be')
    .addHelpText(
      'after',
      `
Where no server runs, the data folder (VIREO_DATA_DIR) is opened and imported into directly.

Examples:
  vireo import data/kuairand-pure --shift-to-now
  vireo import ./my-videos-and-events --json`,
    )
    .action(async (given: string, options: ImportOptions) => {
      const config = configuration()
      const stop = stopSignal()
      // A server on another machine has folders of its own.
      const folder = existsSync(given) || options.server === undefined ? resolve(given) : given
      const request = { folder, shiftToNow: options.shiftToNow === true }
      const imported = await atServerOrFolder(config, options, request, stop).catch((error) => {
        throw stop.aborted ? interrupted('Stopped; what was imported is kept') : error
      })
      if (options.json) printJson(asJson(imported))
      else print(importReport(imported))
    })

interface Request {
  readonly folder: string
  readonly shiftToNow: boolean
}

async function atServerOrFolder(config: Config, options: ImportOptions, request: Request, stop: AbortSignal): Promise<Imported> {
  try {
    return await withConnection(config, options, (server) => followImport(serverSteps(server, request, stop)))
  } catch (error) {
    if (options.server !== undefined || !isUnreachable(error)) throw error
    return await intoFolder(config, request, stop)
  }
}

async function* serverSteps(server: Connection, request: Request, stop: AbortSignal): AsyncGenerator<ImportStep> {
  const call = server.admin.import(request, server.metadata)
  const cancel = () => call.cancel()
  stop.addEventListener('abort', cancel)
  try {
    for await (const { rowsDone, rowsTotal, phase, refused, finished } of call) {
      const counts = Object.fromEntries(Object.entries(refused as Record<string, bigint>).map(([reason, rows]) => [reason, Number(rows)]))
      yield { phase, rowsDone: Number(rowsDone), rowsTotal: Number(rowsTotal), refused: counts, finished }
    }
  } catch (error) {
    throw (error as ServiceError).code === status.CANCELLED ? error : server.problem(error as ServiceError)
  } finally {
    stop.removeEventListener('abort', cancel)
  }
}

async function intoFolder(config: Config, { folder, shiftToNow }: Request, signal: AbortSignal): Promise<Imported> {
  const vireo = await compose(config, { clock: systemClock, metrics: createMetrics(), log: createLog(config.logLevel) })
  try {
    const imported = await followImport(importFolder(folder, { shiftToNow, signal }, vireo.imports))
    await intoLake(vireo, signal)
    return imported
  } finally {
    await vireo.close()
  }
}

/** What was imported can be asked for in SQL, and made into samples, as soon as the command has ended. */
async function intoLake({ lake }: Vireo, signal: AbortSignal): Promise<void> {
  if (lake === undefined) return
  const { records } = await lake.lag()
  if (records > 0) tell(`Writing ${count(records)} records into the lake …`)
  await lake.drain(signal)
}

const asJson = ({ phase, rowsDone, rowsTotal, refused, seconds }: Imported) => ({
  phase,
  rowsDone,
  rowsTotal,
  refused,
  seconds: Math.round(seconds * 1_000) / 1_000,
})
