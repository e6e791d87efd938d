import { writeFile } from 'node:fs/promises'
import { Command } from 'commander'
import { asJson } from '../evaluation/as-json.ts'
import { asMarkdown } from '../evaluation/as-markdown.ts'
import { asText } from '../evaluation/as-text.ts'
import { type Evaluation, evaluate } from '../evaluation/evaluate.ts'
import { ProgressLines } from '../evaluation/progress-lines.ts'
import { wholeNumber } from './arguments.ts'
import { configuration } from './environment.ts'
import { print } from './print.ts'
import { interrupted, stopSignal } from './stop-signals.ts'

interface EvaluateOptions {
  readonly folder: string
  readonly day?: string
  readonly people?: number
  readonly report?: string
  readonly json?: true
}

export const evaluateCommand = (): Command =>
  new Command('evaluate')
    .description('replay a log up to a day, and measure what people would be shown by what they watched on it')
    .option('--folder <folder>', 'folder in the format of KuaiRand', 'data/kuairand-pure')
    .option('--day <day>', 'the day, such as 2022-05-05 (default: the last one of the log)')
    .option('--people <number>', 'ask for so many people only, for a quick look', wholeNumber(1))
    .option('--report <file>', 'also write a page of Markdown')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
It works in a temporary data folder; a server that runs is neither asked nor disturbed. docs/evaluation.md says what is measured.

Examples:
  vireo evaluate
  vireo evaluate --day 2022-05-04 --people 500 --json`,
    )
    .action(async ({ report, json, ...options }: EvaluateOptions) => {
      const evaluation = await withProgress(options)
      print(json ? asJson(evaluation) : asText(evaluation))
      if (report !== undefined) await writeFile(report, asMarkdown(evaluation, commandOf({ ...options, report })))
    })

async function withProgress(options: Pick<EvaluateOptions, 'folder' | 'day' | 'people'>): Promise<Evaluation> {
  const config = configuration()
  const signal = stopSignal()
  const lines = new ProgressLines(process.stderr)
  try {
    return await evaluate({ ...options, config, signal, onProgress: (progress) => lines.show(progress) })
  } catch (error) {
    throw signal.aborted ? interrupted('Stopped. Nothing is kept of an evaluation that does not come to its end') : error
  } finally {
    lines.end()
  }
}

/** What gives the same report again. */
function commandOf(options: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return ['npx vireo evaluate', ...given.map(([name, value]) => `--${name} ${value}`)].join(' ')
}
