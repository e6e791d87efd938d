import { join } from 'node:path'
import { Argument, Command } from 'commander'
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
}

export const trainCommand = (runtime: GraphRuntime): Command =>
  new Command('train')
    .description('train models on samples, and check the result as a server would')
    .addArgument(new Argument('[what]', 'which models').choices(['retrieval', 'ranking', 'all']).default('all'))
    .option('--samples <folder>', 'what `vireo samples` has written (default: samples of the data folder, made anew)')
    .option('--out <folder>', 'registry to write the model into', 'models')
    .option('--seed <number>', 'of everything that is drawn', wholeNumber(0), 1)
    .option('--config <file>', 'JSON with settings of the training; unknown ones stop it')
    .option('--quick', 'little data and few rounds, to see that it works')
    .addHelpText(
      'after',
      `
It needs Python 3.11 or newer, or uv, which brings it; the packages are installed where they are missing.
The same again, after it was stopped, goes on from the last checkpoint. The model is in the registry when all of it is.

Examples:
  vireo train
  vireo train ranking --samples training-data --seed 2`,
    )
    .action(async (what: string, options: TrainOptions) => {
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

const argumentsOf = (what: string, samples: string, { out, seed, config, quick }: TrainOptions): string[] => [
  ...['--samples', samples, '--out', out, '--what', what, '--seed', String(seed)],
  ...(config === undefined ? [] : ['--config', config]),
  ...(quick ? ['--quick'] : []),
]

const folderPrefix = 'artifact: '

function folderIn(line: string): string {
  if (!line.startsWith(folderPrefix)) throw new Error('the training has not said where the model is')
  return line.slice(folderPrefix.length)
}
