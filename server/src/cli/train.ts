import { join } from 'node:path'
import { Argument, Command, Option } from 'commander'
import type { GraphRuntime } from '../ports/graph-runtime.ts'
import { wholeNumber } from './arguments.ts'
import { configuration } from './environment.ts'
import { checkReport, loadForServing } from './model.ts'
import { runTraining } from './model-python.ts'
import { print, tell } from './print.ts'
import { defaultMemoryMb, defaultUtcOffset, makeSamples } from './samples.ts'
import { stopSignal } from './stop-signals.ts'

interface TrainOptions {
  readonly samples?: string
  readonly out: string
  readonly seed: number
  readonly config?: string
  readonly quick?: true
  readonly from?: string
  readonly until?: string
}

export const trainCommand = (runtime: GraphRuntime): Command =>
  new Command('train')
    .description('train models on samples, and check the result as a server would')
    .addArgument(new Argument('[what]', 'which models (default: all, or those of --from)').choices(['retrieval', 'ranking', 'all']))
    .option('--samples <folder>', 'what `vireo samples` has written (default: samples of the data folder, made anew)')
    .option('--out <folder>', 'registry to write the model into', 'models')
    .option('--seed <number>', 'of everything that is drawn', wholeNumber(0), 1)
    .option('--config <file>', 'JSON with settings of the training; unknown ones stop it')
    .option('--until <day>', 'leave out samples from this day on, such as 2026-05-05: for a model to be judged on it')
    .option('--from <model>', 'go on from this model with the samples that came after it: an increment, in a minute')
    .addOption(new Option('--quick', 'little data and few rounds, to see that it works').conflicts('from'))
    .addHelpText(
      'after',
      `
It needs Python 3.11 or newer, or uv, which brings it; the packages are installed where they are missing.
The same again, after it was stopped, goes on from the last checkpoint. The model is in the registry when all of it is.

Examples:
  vireo train
  vireo train ranking --samples training-data --seed 2
  vireo train --from models/feed/2026-05-05-0a1b2c3d
  vireo train --until 2026-05-05 --out judged   # then: vireo evaluate --day 2026-05-05 --model judged/feed/…`,
    )
    .action(async (what: string | undefined, options: TrainOptions) => {
      const signal = stopSignal()
      const samples = options.samples ?? (await samplesOfDataFolder(signal))
      const { code, lastLine } = await runTraining(['train', ...argumentsOf(what, samples, options)], signal)
      // What was wrong it has said itself.
      if (code !== 0) process.exitCode = code
      else print(checkReport(await loadForServing(folderIn(lastLine), runtime, signal)))
    })

async function samplesOfDataFolder(signal: AbortSignal): Promise<string> {
  const config = configuration()
  const out = join(config.dataDir, 'training-samples')
  tell(`Making samples of ${config.dataDir} …`)
  await makeSamples({ out, freeze: 'page', utcOffset: defaultUtcOffset, memoryMb: defaultMemoryMb, config, signal })
  return out
}

const argumentsOf = (what: string | undefined, samples: string, { out, seed, config, quick, from, until }: TrainOptions): string[] => [
  ...['--samples', samples, '--out', out, '--seed', String(seed)],
  ...(what === undefined ? [] : ['--what', what]),
  ...(config === undefined ? [] : ['--config', config]),
  ...(from === undefined ? [] : ['--from', from]),
  ...(until === undefined ? [] : ['--until', until]),
  ...(quick ? ['--quick'] : []),
]

const folderPrefix = 'artifact: '

function folderIn(line: string): string {
  if (!line.startsWith(folderPrefix)) throw new Error('the training has not said where the model is')
  return line.slice(folderPrefix.length)
}
