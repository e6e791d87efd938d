import { Command } from 'commander'
import { asText } from '../../../simulator/as-text.ts'
import { coldStart } from '../../../simulator/cold-start.ts'
import { ProgressLines } from '../evaluation/progress-lines.ts'
import { wholeNumber } from './arguments.ts'
import { configuration } from './environment.ts'
import { print, printJson } from './print.ts'
import { interrupted, stopSignal } from './stop-signals.ts'

interface ColdStartOptions {
  readonly folder: string
  readonly day?: string
  readonly clones: number
  readonly uploads?: number
  readonly seed: number
  readonly json?: true
}

export const simulateCommand = (): Command =>
  new Command('simulate')
    .description('let simulated people use the whole server, and measure what a log cannot answer')
    .addCommand(coldStartCommand())

const coldStartCommand = (): Command =>
  new Command('cold-start')
    .description('a day with people and videos that the server has never seen')
    .option('--folder <folder>', 'folder in the format of KuaiRand', 'data/kuairand-pure')
    .option('--day <day>', 'the day, such as 2022-05-05 (default: the last one of the log)')
    .option('--clones <number>', 'how often everybody of that day comes', wholeNumber(1), 20)
    .option('--uploads <number>', 'new videos (default: as many as 80 % of the exploration can show a hundred times)', wholeNumber(10))
    .option('--seed <number>', 'other people, uploads and outcomes', wholeNumber(0), 1)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
It works in a data folder of its own; a server that runs is neither asked nor disturbed. docs/simulation.md says what is simulated.

Examples:
  vireo simulate cold-start
  vireo simulate cold-start --clones 4 --json`,
    )
    .action(async ({ json, ...options }: ColdStartOptions) => {
      const config = configuration()
      const signal = stopSignal()
      const lines = new ProgressLines(process.stderr)
      try {
        const result = await coldStart({ ...options, config, signal, onProgress: (progress) => lines.show(progress) })
        if (json) printJson(result)
        else print(asText(result))
      } catch (error) {
        throw signal.aborted ? interrupted('Stopped. Nothing is kept of a simulation that does not come to its end') : error
      } finally {
        lines.end()
      }
    })
