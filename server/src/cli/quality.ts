import { join } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { systemClock } from '../clock.ts'
import { openLakeBeside } from '../compose/beside.ts'
import type { FeatureSet } from '../features/vector/feature-set.ts'
import { checkLake } from '../quality/check-lake.ts'
import { type PartitionResult, QualityResults } from '../quality/results.ts'
import { reachHours } from '../samples/label-join.ts'
import { wholeNumber } from './arguments.ts'
import { configuration } from './environment.ts'
import { exitCodes } from './exit-codes.ts'
import { count, print, printJson, table, tell } from './print.ts'
import { interrupted, stopSignal } from './stop-signals.ts'

interface QualityOptions {
  readonly date?: string
  readonly memory: number
  readonly json?: true
}

export const qualityCommand = (featureSet: FeatureSet): Command =>
  new Command('quality')
    .description('check what has changed in the lake, and name the hours whose data is not as it should be')
    .option('--date <date>', 'only this day (UTC), such as 2026-01-15', dateArgument)
    .option('--memory <MiB>', 'memory for the work; more goes to disk', wholeNumber(64, 1_048_576), 512)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Hours that failed are kept, and \`vireo samples\` leaves them out. It ends with 1 where there are any.
Results and a page a day lie in the data folder under quality.

Examples:
  vireo quality
  vireo quality --date 2026-01-15 --json`,
    )
    .action(async (options: QualityOptions) => {
      const results = await checked(options, featureSet)
      if (options.json) printJson(results)
      else print(readable(results))
      if (results.some(({ status }) => status === 'failed')) process.exitCode = exitCodes.failed
    })

async function checked({ date, memory: memoryMb }: QualityOptions, featureSet: FeatureSet): Promise<PartitionResult[]> {
  const config = configuration()
  const signal = stopSignal()
  const results = new QualityResults(join(config.dataDir, 'quality'))
  const { lake } = await openLakeBeside(config, systemClock)
  try {
    await checkLake({
      lake,
      clock: systemClock,
      results,
      featureSet,
      ...(date === undefined ? {} : { date }),
      reachHours: reachHours(config.events.horizonHours),
      memoryMb,
      signal,
      onProgress: ({ done, total }) => done % 100 === 0 && total > 0 && tell(`Checking: ${count(done)} of ${count(total)} partitions`),
    })
    return await results.all(date)
  } catch (error) {
    throw signal.aborted ? interrupted('Stopped. What was checked is kept') : error
  } finally {
    await lake.close()
  }
}

function readable(results: readonly PartitionResult[]): string {
  const of = (wanted: PartitionResult['status']) => results.filter(({ status }) => status === wanted)
  const summary = `${count(results.length)} partitions: ${count(of('passed').length)} passed, ${count(of('warned').length)} warned, ${count(of('failed').length)} failed.`
  const rows = [...of('failed'), ...of('warned')].flatMap((result) =>
    result.findings.map(({ severity, kind, about, found }) => [severity, result.table, result.partition, kind, about, found]),
  )
  return rows.length === 0 ? summary : `${table(['severity', 'table', 'partition', 'kind', 'about', 'found'], rows)}\n${summary}`
}

function dateArgument(text: string): string {
  const time = Date.parse(`${text}T00:00:00Z`)
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text)
    throw new InvalidArgumentError('It takes a day, such as 2026-01-15.')
  return text
}
