import { globSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Argument, Command } from 'commander'
import type { Benchmark } from './benchmark.ts'
import { describeMachine } from './machine.ts'
import { pinClient } from './pinning.ts'
import { hottest } from './profile.ts'
import { type Measured, measured, type Report, tableOf } from './report.ts'

interface Options {
  readonly json?: string
  readonly list?: boolean
  readonly profile?: string
  readonly quick?: boolean
  readonly full?: boolean
  readonly strict?: boolean
}

/** Runs the benchmarks that the command line names; `script` is what npm calls it. */
export async function benchCommand(script: string, description: string, benchmarks: readonly Benchmark[]): Promise<void> {
  process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143))
  const names = benchmarks.map(({ name }) => name)
  await new Command(script)
    .description(description)
    .addArgument(new Argument('[names...]', 'benchmarks to run; all of them by default').choices(names))
    .option('--json <file>', 'write the figures with the machine to a file, too')
    .option('--list', 'say what there is, and end')
    .option('--quick', 'small sizes: shows that everything runs, says little about speed')
    .option('--full', 'a million people where a part would do; takes half an hour')
    .option('--profile <folder>', 'write CPU profiles of the server there, and say what was hottest')
    .option('--strict', 'end with 1 when a limit is missed')
    .action((chosen, options) => run(script, benchmarks, chosen, options))
    .parseAsync()
}

async function run(script: string, benchmarks: readonly Benchmark[], chosen: readonly string[], options: Options): Promise<void> {
  if (options.list) {
    for (const { name, about } of benchmarks) console.log(`${name.padEnd(10)}${about}`)
    return
  }
  const { full = false, profile: profileTo, quick = false } = options
  if (profileTo !== undefined) mkdirSync(profileTo, { recursive: true })
  const machine = await describeMachine()
  pinClient()
  const results: Measured[] = []
  for (const { name, run } of benchmarks) {
    if (chosen.length > 0 && !chosen.includes(name)) continue
    const started = performance.now()
    const seconds = () => (performance.now() - started) / 1_000
    // On standard error: standard output is for the table.
    const say = (what: string) => console.error(`${name} ${seconds().toFixed(0).padStart(4)} s: ${what}`)
    try {
      const figures = await run({ full, quick, profileTo, say })
      results.push(measured(name, Math.round(seconds()), figures))
    } catch (error) {
      // The others may still have something to say.
      results.push({ benchmark: name, seconds: Math.round(seconds()), figures: [], failure: (error as Error).message })
      process.exitCode = 1
    }
  }
  const missed = results.flatMap(({ figures }) => figures).filter(({ holds }) => holds === false).length
  const command = [`npm run ${script} --`, ...process.argv.slice(2)].join(' ')
  const report: Report = { date: new Date().toISOString(), command, quick, machine, measured: results, missed }
  console.log(tableOf(report))
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, undefined, 2)}\n`)
  if (profileTo !== undefined) sayHottest(profileTo)
  if (options.strict && missed > 0) process.exitCode = 1
}

function sayHottest(folder: string): void {
  for (const file of globSync(join(folder, '*.cpuprofile'))) {
    console.log(`\n${file}`)
    for (const { share, where } of hottest(file, 15)) console.log(`${(share * 100).toFixed(1).padStart(6)} %  ${where}`)
  }
}
