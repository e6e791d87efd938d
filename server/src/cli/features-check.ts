import { type ServiceError, status } from '@grpc/grpc-js'
import { Command } from 'commander'
import { systemClock } from '../clock.ts'
import { compose } from '../compose.ts'
import type { Config } from '../config.ts'
import {
  type CheckFeaturesRequest,
  CheckFeaturesResponse,
  type CheckFeaturesResponse_Difference as Difference,
} from '../generated/vireo/v1/admin.ts'
import { createLog } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import { wholeNumber } from './arguments.ts'
import { type Connection, isUnreachable, type ServerOptions, withConnection, withServerOptions } from './connection.ts'
import { configuration } from './environment.ts'
import { exitCodes } from './exit-codes.ts'
import { count, print, printJson, table, tell, timeOf } from './print.ts'
import { interrupted, stopSignal } from './stop-signals.ts'

interface CheckOptions extends ServerOptions {
  readonly views?: readonly string[]
  readonly people: number
  readonly entities: number
  readonly seed: number
  readonly json?: true
}

const lineEveryMs = 3_000

export const checkCommand = (): Command =>
  withServerOptions(new Command('check').description('hold what the server counts against what SQL makes of the lake'))
    .option('--views <view...>', 'only these')
    .option('--people <count>', 'about how many people are looked at', wholeNumber(1, 1_000_000), 100)
    .option('--entities <count>', 'about how many videos, creators and so on are looked at, for each view', wholeNumber(1), 1_000)
    .option('--seed <number>', 'draws whom: another one draws others', wholeNumber(0), 0)
    .addHelpText(
      'after',
      `
It compares counts of hours, days and so on as far back as the server keeps each by itself, and those of all times; what
comes meanwhile makes no difference. It ends with 1 where something differs. Views that are newer than what was recorded do, until \`vireo rebuild\`.
Where no server runs, the data folder (VIREO_DATA_DIR) is opened and checked.

Examples:
  vireo features check
  vireo features check --views video_watches person_watches --people 1000 --json`,
    )
    .action(async ({ views = [], people, entities, seed, ...options }: CheckOptions) => {
      const stop = stopSignal()
      const checked = await atServerOrFolder(configuration(), options, { views: [...views], people, entities, seed }, stop).catch(
        (error) => {
          throw stop.aborted ? interrupted('Stopped') : error
        },
      )
      if (options.json) printJson(checked.map((each) => CheckFeaturesResponse.toJSON(each)))
      else print(readable(checked))
      if (checked.some(({ differing }) => differing > 0n)) process.exitCode = exitCodes.failed
    })

async function atServerOrFolder(
  config: Config,
  options: ServerOptions,
  request: CheckFeaturesRequest,
  stop: AbortSignal,
): Promise<CheckFeaturesResponse[]> {
  try {
    return await withConnection(config, options, (server) => followed(atServer(server, request, stop)))
  } catch (error) {
    if (options.server !== undefined || !isUnreachable(error)) throw error
    return await inFolder(config, request, stop)
  }
}

async function* atServer(server: Connection, request: CheckFeaturesRequest, stop: AbortSignal): AsyncGenerator<CheckFeaturesResponse> {
  const call = server.admin.checkFeatures(request, server.metadata)
  const cancel = () => call.cancel()
  stop.addEventListener('abort', cancel)
  try {
    yield* call as AsyncIterable<CheckFeaturesResponse>
  } catch (error) {
    throw (error as ServiceError).code === status.CANCELLED ? error : server.problem(error as ServiceError)
  } finally {
    stop.removeEventListener('abort', cancel)
  }
}

async function inFolder(config: Config, request: CheckFeaturesRequest, stop: AbortSignal): Promise<CheckFeaturesResponse[]> {
  const vireo = await compose(config, { clock: systemClock, metrics: createMetrics(), log: createLog(config.logLevel) })
  try {
    return await followed(vireo.services.operations.checkFeatures(request, stop))
  } finally {
    await vireo.close()
  }
}

/** Says on standard error now and then how far it is. */
async function followed(views: AsyncIterable<CheckFeaturesResponse>): Promise<CheckFeaturesResponse[]> {
  const checked: CheckFeaturesResponse[] = []
  let toldMs = performance.now()
  for await (const view of views) {
    checked.push(view)
    if (performance.now() - toldMs < lineEveryMs) continue
    toldMs = performance.now()
    tell(`Checked ${count(checked.length)} views, ${view.view} last …`)
  }
  return checked
}

function readable(checked: readonly CheckFeaturesResponse[]): string {
  const rows = checked.map(({ view, version, ...tiles }) => [
    view,
    version,
    ...[tiles.compared, tiles.changing, tiles.differing].map(count),
  ])
  const of = (name: 'compared' | 'differing') => checked.reduce((total, each) => total + each[name], 0n)
  const summary = `${count(of('compared'))} tiles compared, ${count(of('differing'))} differ.`
  const differences = checked.flatMap(({ differences, view }) => differences.map((each) => readableDifference(view, each)))
  return [table(['view', 'version', 'compared', 'changing', 'differ'], rows), ...differences, summary].join('\n')
}

const readableDifference = (view: string, { entity, hopMs, live, start, stored }: Difference) =>
  `${view} of ${JSON.stringify(entity)}, ${hopMs === 0n ? 'ever' : `${count(hopMs / 1_000n)} s from ${timeOf(start)}`}: counted ${valuesOf(live)}, in the lake ${valuesOf(stored)}`

const valuesOf = (tile: Difference['live']) =>
  tile === undefined ? 'nothing' : JSON.stringify(tile.values, (_, value) => (typeof value === 'bigint' ? Number(value) : value))
