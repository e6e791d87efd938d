import { Argument, Command } from 'commander'
import type { Engine } from './engine.ts'
import { engines } from './engines.ts'
import { enginesFolder } from './folders.ts'
import { clearAbandoned } from './own.ts'
import { folderOf, type Standing, standingOf, startShared, stopShared } from './shared.ts'
import { readState } from './state-file.ts'

interface Options {
  readonly json?: true
}

const startMs = 1_800_000
const names = engines.map(({ name }) => name)
const chosen = () => new Argument('[names...]', 'which; all of them by default').choices(names)

await new Command('engines')
  .description('Starts the real engines on this machine, for tests and benchmarks. See docs/engines.md.')
  .addHelpText('after', `\nEngines:\n${engines.map(({ name, about }) => `  ${name.padEnd(15)}${about}`).join('\n')}\n`)
  .addHelpText('after', `Everything lies in ${enginesFolder} (ENGINES_DIR names another folder).`)
  .addCommand(
    new Command('start')
      .description('start engines, and wait until they are ready')
      .addArgument(chosen())
      .option('--json', 'print JSON')
      .action(start),
  )
  .addCommand(
    new Command('stop').description('end engines, and remove their data').addArgument(chosen()).option('--json', 'print JSON').action(stop),
  )
  .addCommand(
    new Command('status').description('say what runs, and where').addArgument(chosen()).option('--json', 'print JSON').action(status),
  )
  .parseAsync()
  .catch((error: Error) => {
    console.error(error.message)
    process.exitCode = 1
  })

async function start(wanted: readonly string[], options: Options): Promise<void> {
  const signal = AbortSignal.timeout(startMs)
  for (const engine of those(wanted)) await startShared(engine, signal)
  tell(wanted, options)
}

async function stop(wanted: readonly string[], options: Options): Promise<void> {
  const was: Record<string, Standing> = {}
  for (const engine of those(wanted)) was[engine.name] = await stopShared(engine)
  const abandoned = await clearAbandoned()
  if (options.json) return print({ was, abandoned })
  for (const [name, standing] of Object.entries(was))
    console.log(`${name.padEnd(15)}${standing === 'stopped' ? 'was not running' : 'stopped'}`)
  if (abandoned.length > 0) console.log(`${abandoned.length} processes that tests had left behind were ended, too.`)
}

function status(wanted: readonly string[], options: Options): void {
  tell(wanted, options)
}

function tell(wanted: readonly string[], { json }: Options): void {
  const found = those(wanted).map(({ name }) => {
    const state = readState(folderOf(name))
    const { addresses = {}, credentials = {} } = state?.layout ?? {}
    return { name, standing: standingOf(state), addresses, credentials, folder: folderOf(name), processes: state?.processes ?? [] }
  })
  if (json) {
    print(found)
    return
  }
  for (const { name, standing, addresses, processes } of found) {
    const where = Object.entries(addresses).map(([what, address]) => `${what} ${address}`)
    const pids = processes.length > 0 ? `pid ${processes.map(({ pid }) => pid).join(', ')}` : ''
    console.log([name.padEnd(15), standing.padEnd(9), ...where, pids].join('  ').trimEnd())
  }
}

function those(wanted: readonly string[]): Engine[] {
  return engines.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
}

function print(value: unknown): void {
  console.log(JSON.stringify(value, undefined, 2))
}
