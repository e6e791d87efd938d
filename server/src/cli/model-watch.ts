import { Command } from 'commander'
import { systemClock } from '../clock.ts'
import { openLakeBeside, openRegistry } from '../compose/beside.ts'
import type { Config } from '../config.ts'
import { NotFound } from '../errors.ts'
import { lookInto } from '../lake/look-into.ts'
import { readManifest } from '../models/read-manifest.ts'
import { calibrationLimits } from '../models/watching/calibration.ts'
import { type LakeWatchReading, modelWatch } from '../models/watching/lake-watch.ts'
import type { Registry } from '../ports/registry.ts'
import { wholeNumber } from './arguments.ts'
import { configuration } from './environment.ts'
import { count, print, printJson, table } from './print.ts'
import { interrupted, stopSignal } from './stop-signals.ts'

interface WatchOptions {
  readonly hours: number
  readonly memory: number
  readonly json?: true
}

export const watchCommand = (): Command =>
  new Command('watch')
    .description('hold what models predicted against what came of it, and what they are given against what they were trained on')
    .option('--hours <count>', 'how far back', wholeNumber(1, 8_784), 24)
    .option('--memory <MiB>', 'memory for the work; more goes to disk', wholeNumber(64, 1_048_576), 1_024)
    .option('--json', 'print JSON, by the hour and by category too')
    .addHelpText(
      'after',
      `
It reads the lake, also beside a server: pages that were served up to ten minutes ago, as far as the lake has them.

Examples:
  vireo models watch
  vireo models watch --hours 168 --json`,
    )
    .action(async (options: WatchOptions) => {
      const reading = await readLake(options, configuration(), stopSignal())
      if (options.json) printJson(reading)
      else print(readable(reading))
    })

async function readLake({ hours, memory }: WatchOptions, config: Config, signal: AbortSignal): Promise<LakeWatchReading> {
  const registry = await openRegistry(config)
  const { lake } = await openLakeBeside(config, systemClock)
  try {
    return await lookInto(lake, { name: 'watch', memoryMb: memory, signal }, ({ database, manifest }) =>
      modelWatch(database, {
        lake,
        manifest,
        nowMs: systemClock.now(),
        hours,
        horizonHours: config.events.horizonHours,
        trainingOf: (model) => trainingOf(registry, model),
      }),
    )
  } catch (error) {
    throw signal.aborted ? interrupted('Stopped') : error
  }
}

/** Undefined for a model that is no longer there. */
async function trainingOf(registry: Registry, model: string) {
  const [name, version] = model.split('/') as [string, string]
  try {
    return (await readManifest(await registry.manifestFolder(name, version))).training
  } catch (error) {
    if (error instanceof NotFound) return undefined
    throw error
  }
}

function readable({ calibration, sources, shownByHour, features }: LakeWatchReading): string {
  const tasks = calibration.map((row) => {
    const [ratio, errors] = [Number(row.ratio), Number(row.standard_errors)]
    const isFar = Math.abs(Math.log(ratio)) > calibrationLimits.logRatio && Math.abs(errors) > calibrationLimits.standardErrors
    const means = [row.predicted, row.actual].map((sum) => figure(Number(sum) / Number(row.videos)))
    return [String(row.model), String(row.task), count(Number(row.videos)), ...means, figure(ratio), figure(errors), isFar ? 'far off' : '']
  })
  const bySource = sources.map((row) => [String(row.source), count(Number(row.shown)), share(row.share_shown), share(row.share_watched)])
  const byHour = shownByHour.map((row) => [
    `${row.date} ${row.hour}`,
    ...[row.pages, row.videos].map((number) => count(Number(number))),
    ...[row.share_new_day, row.share_new_week].map(share),
    ...[row.categories_a_page, row.novelty_bits].map((number) => figure(Number(number))),
  ])
  return [
    tasks.length === 0
      ? 'No model ranked anything in these hours that people came to.'
      : table(['model', 'task', 'videos', 'predicted', 'actual', 'ratio', 'standard errors', ''], tasks),
    bySource.length === 0 ? '' : table(['source', 'shown', 'share of shown', 'share of time watched'], bySource),
    byHour.length === 0
      ? ''
      : table(['hour', 'pages', 'videos', 'new in a day', 'in a week', 'categories a page', 'novelty, bits'], byHour),
    featuresReport(features),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function featuresReport({ against, moved }: LakeWatchReading['features']): string {
  if (against === 'nothing') return 'The lake has no earlier features to compare with.'
  const then = against === 'training' ? 'in training' : 'in as many hours before'
  if (moved.length === 0) return `No feature differs much from what it was ${then}.`
  const rows = moved.map(({ feature, index }) => [feature, figure(index)])
  return table([`features that differ from those ${then}`, 'stability index'], rows)
}

const figure = (value: number) => String(Number(value.toPrecision(3)))
const share = (value: unknown) => `${figure(100 * Number(value))} %`
