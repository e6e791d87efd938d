import { writeFile } from 'node:fs/promises'
import { Command, Option } from 'commander'
import { VireoError } from '../errors.ts'
import { asJson } from '../evaluation/as-json.ts'
import { asMarkdown } from '../evaluation/as-markdown.ts'
import { asText, textOf } from '../evaluation/as-text.ts'
import { bestWeight, tryValueWeights } from '../evaluation/choose-value-weight.ts'
import { evaluate } from '../evaluation/evaluate.ts'
import { ProgressLines } from '../evaluation/progress-lines.ts'
import type { EvaluationOptions } from '../evaluation/replayed-day.ts'
import { valueWeightTable } from '../evaluation/tables.ts'
import { wholeNumber } from './arguments.ts'
import { configuration } from './environment.ts'
import { evaluateModels, type ModelEvaluation } from './evaluate-models.ts'
import { print } from './print.ts'
import { interrupted, stopSignal } from './stop-signals.ts'

interface EvaluateOptions {
  readonly folder: string
  readonly day?: string
  readonly people?: number
  readonly model?: string
  readonly choose?: true
  readonly report?: string
  readonly json?: true
}

interface ModelOptions {
  readonly models?: true
  readonly quick?: true
  readonly seeds?: number
  readonly work?: string
}

const modelReport = 'docs/model-report'
const modelWork = '.vireo-evaluation'

export const evaluateCommand = (): Command =>
  new Command('evaluate')
    .description('replay a log up to a day, and measure what people would be shown by what they watched on it')
    .option('--folder <folder>', 'folder in the format of KuaiRand', 'data/kuairand-pure')
    .option('--day <day>', 'the day, such as 2022-05-05 (default: the last one of the log)')
    .option('--model <folder>', 'serve this artifact, which was trained on earlier days, and judge the funnel against the feed without it')
    .addOption(new Option('--choose', 'with --model: how much its value should count against retrieval').conflicts(['report']))
    .option('--people <number>', 'ask for so many people only, for a quick look', wholeNumber(1))
    .option('--report <file>', `also write a page of Markdown; with --models the folder of its report (default: ${modelReport})`)
    .option('--json', 'print JSON')
    .addOption(
      new Option('--models', 'judge trained models and their baselines on the last days instead').conflicts([
        'day',
        'people',
        'json',
        'model',
        'choose',
      ]),
    )
    .option('--quick', 'with --models: one day and one seed')
    .option('--seeds <number>', 'with --models: trainings of each, that differ by chance alone (default: 3)', wholeNumber(1))
    .option('--work <folder>', `with --models: what is kept, so that the same again goes on (default: ${modelWork})`)
    .addHelpText(
      'after',
      `
It works in a data folder of its own; a server that runs is neither asked nor disturbed. docs/evaluation.md says what is measured.
With --models it imports the folder at its own times, makes samples, and trains everything in Python (3.11 or newer), which may
take an hour a seed; stopped, it goes on where it was. Logs of more days are put into the folder.

Examples:
  vireo evaluate
  vireo evaluate --day 2022-05-04 --people 500 --json
  vireo evaluate --day 2022-05-04 --model models/feed/2022-05-03-0123abcd --choose
  vireo evaluate --models --quick`,
    )
    .action(async ({ models, quick, seeds, work, ...rest }: EvaluateOptions & ModelOptions) => {
      if (models) return judgeModels(rest, { quick: quick === true, seeds, work: work ?? modelWork })
      if (quick || seeds !== undefined || work !== undefined) throw wrongUsage('--quick, --seeds and --work belong to --models')
      const { choose, report, json, ...options } = rest
      if (choose) return chooseValueWeight(options, json === true)
      const evaluation = await withProgress(options, evaluate)
      print(json ? asJson(evaluation) : asText(evaluation))
      if (report !== undefined) await writeFile(report, asMarkdown(evaluation, commandOf({ ...options, report })))
    })

async function chooseValueWeight({ model, ...options }: EvaluateOptions, isJson: boolean): Promise<void> {
  if (model === undefined) throw wrongUsage('--choose needs --model')
  const tried = await withProgress({ ...options, model }, tryValueWeights)
  const chosen = bestWeight(tried)
  print(isJson ? JSON.stringify({ chosen, tried }, null, 2) : textOf(valueWeightTable(tried, chosen)))
}

async function withProgress<Options extends Pick<EvaluateOptions, 'folder' | 'day' | 'people' | 'model'>, Result>(
  options: Options,
  judge: (options: Options & EvaluationOptions) => Promise<Result>,
): Promise<Result> {
  const config = configuration()
  const signal = stopSignal()
  const lines = new ProgressLines(process.stderr)
  try {
    return await judge({ ...options, config, signal, onProgress: (progress) => lines.show(progress) })
  } catch (error) {
    throw signal.aborted ? interrupted('Stopped. Nothing is kept of an evaluation that does not come to its end') : error
  } finally {
    lines.end()
  }
}

async function judgeModels(
  { folder, report = modelReport }: EvaluateOptions,
  how: Pick<ModelEvaluation, 'quick' | 'seeds' | 'work'>,
): Promise<void> {
  const signal = stopSignal()
  try {
    // What was wrong it has said itself.
    process.exitCode = await evaluateModels({ folder, report, ...how, config: configuration(), signal })
  } catch (error) {
    throw signal.aborted ? interrupted('Stopped') : error
  }
}

const wrongUsage = (message: string) => new VireoError({ code: 'USAGE_WRONG', fault: 'client', retryable: false, message })

/** What gives the same report again. */
function commandOf(options: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return ['npx vireo evaluate', ...given.map(([name, value]) => `--${name} ${value}`)].join(' ')
}
