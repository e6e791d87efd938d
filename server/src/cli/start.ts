import { resolve } from 'node:path'
import { Command } from 'commander'
import { isLoopback } from '../api/access/access.ts'
import { KeyStore, keyPlace } from '../api/access/key-store.ts'
import { hostAndPort } from '../api/listening.ts'
import type { Vireo } from '../compose.ts'
import type { Config } from '../config.ts'
import { importFolder } from '../importing/import-folder.ts'
import { type Server, startServer } from '../main.ts'
import { hasRole } from '../roles.ts'
import { startWorker } from '../worker.ts'
import { complaint } from './complaint.ts'
import { reachable } from './connection.ts'
import { configuration } from './environment.ts'
import { followImport, importReport } from './import-progress.ts'
import { checkPorts } from './ports.ts'
import { facts, print, printJson, tell } from './print.ts'
import { sampleFolder, samplePerson, sampleState } from './sample.ts'
import { interrupted, stopSignal } from './stop-signals.ts'
import { type Address, linesToTry } from './try-next.ts'

interface StartOptions {
  readonly import?: string
  readonly roles?: string
  readonly sample: boolean
  readonly json?: true
}

export const startCommand = (): Command =>
  new Command('start')
    .description('serve; a data folder without anything in it gets the sample first')
    .option('--import <folder>', 'import this folder first, at its own times')
    .option('--roles <roles>', 'of several servers, what this one does: api, features, lake, separated by commas (default: all)')
    .option('--no-sample', 'leave an empty data folder empty')
    .option('--json', 'print where it serves as JSON')
    .addHelpText(
      'after',
      `
Settings come from VIREO_* variables and vireo.json, see docs/configuration.md. Ctrl-C stops it; all that was acknowledged is kept.

Examples:
  vireo start
  vireo start --no-sample --import ./my-videos-and-events
  vireo start --roles lake
  VIREO_HTTP_PORT=9080 VIREO_GRPC_PORT=9081 VIREO_DATA_DIR=/tmp/vireo vireo start`,
    )
    .action(start)

async function start(options: StartOptions): Promise<void> {
  const config = configuration(options.roles === undefined ? {} : { VIREO_ROLES: options.roles })
  const stop = stopSignal()
  if (!hasRole(config, 'api')) return work(config, stop, options.json)
  await checkPorts(config)
  let hasSample = false
  const server = await startServer(config, async (vireo) => {
    hasSample = await importFirst(vireo, options, stop)
  }).catch((error) => {
    throw stop.aborted ? interrupted('Stopped before serving; what was imported is kept') : error
  })
  try {
    await announce(server, config, hasSample, options.json)
    await stopped(stop)
    tell('Stopping …')
  } finally {
    await server.close()
    // Everything is saved by now, and nothing else would end it.
    if (server.vireo.hangingThreads() > 0) process.kill(process.pid, 'SIGKILL')
  }
}

/** Of a server that answers no requests. */
async function work(config: Config, stop: AbortSignal, json?: true): Promise<void> {
  const server = await startWorker(config)
  try {
    const http = `http://${hostAndPort(reachable(config.host), server.httpPort)}`
    const where = { roles: config.roles, health: `${http}/readyz`, metrics: `${http}/metrics` }
    if (json) printJson(where)
    else print(`\nVireo works.\n${facts(where)}\n`)
    await stopped(stop)
    tell('Stopping …')
  } finally {
    await server.close()
  }
}

async function announce({ vireo, httpPort, grpcPort }: Server, config: Config, hasSample: boolean, json?: true): Promise<void> {
  const host = reachable(config.host)
  const http = `http://${hostAndPort(host, httpPort)}`
  const where = {
    player: `${http}/`,
    console: `${http}/console/`,
    http,
    grpc: hostAndPort(host, grpcPort),
    openapi: `${http}/openapi.json`,
    metrics: `${http}/metrics`,
  }
  if (json) return printJson(where)
  const isOpen = isLoopback(config.host) && new KeyStore(keyPlace(config)).isEmpty()
  print(
    `\nVireo serves.\n${facts({ player: where.player, console: where.console, HTTP: http, gRPC: where.grpc, API: where.openapi, metrics: where.metrics })}\n`,
  )
  // A page that can't be made now is no reason not to serve.
  const next = whatNext(vireo, hasSample, { http, tokenFile: isOpen ? undefined : resolve(config.dataDir, 'operator.token') })
  print(await next.catch(complaint))
}

/** Says whether the sample is there in the end. */
async function importFirst(vireo: Vireo, { import: given, sample }: StartOptions, signal: AbortSignal): Promise<boolean> {
  const run = async (folder: string, shiftToNow: boolean) => {
    tell(`Importing ${folder} …`)
    tell(importReport(await followImport(importFolder(folder, { shiftToNow, signal }, vireo.imports))))
  }
  const before = await sampleState(vireo, signal)
  const imports = before === 'due' && sample && given === undefined
  if (imports) await run(sampleFolder, true)
  if (given !== undefined) await run(resolve(given), false)
  return imports || before === 'imported'
}

async function whatNext(vireo: Vireo, hasSample: boolean, at: Address): Promise<string> {
  const person = hasSample ? samplePerson : 'newcomer'
  const lines = await linesToTry(vireo, person, at)
  if (lines === undefined) return 'There is nothing to show yet: see `npx vireo import --help` and `npx vireo video add --help`.'
  const about = `Try it${hasSample ? ` with person ${person} of the sample` : ''}: a feed, a watch of one of its videos to the end, and the feed that knows of it.`
  return `${about}\n\n${lines.join('\n')}\n`
}

const stopped = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
