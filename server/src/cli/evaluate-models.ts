import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import { compose } from '../compose.ts'
import type { Config } from '../config.ts'
import { feedFeatureSet } from '../features/vector/feed-feature-set.ts'
import { importFolder } from '../importing/import-folder.ts'
import { recognise } from '../importing/import-plan.ts'
import { digest } from '../importing/source-files.ts'
import { createLog } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import { exportColumns } from '../samples/export-manifest.ts'
import { featureColumns } from '../samples/feature-columns.ts'
import { followImport } from './import-progress.ts'
import { runTraining } from './model-python.ts'
import { tell } from './print.ts'
import { defaultMemoryMb, defaultUtcOffset, makeSamples } from './samples.ts'
import { interrupted } from './stop-signals.ts'

export interface ModelEvaluation {
  /** With logs of any number of days. */
  readonly folder: string
  /** Of the report. */
  readonly report: string
  readonly quick: boolean
  /** Trainings of each, by default as many as Python's. */
  readonly seeds: number | undefined
  /** What is kept, so that it can go on. */
  readonly work: string
  readonly config: Config
  readonly signal: AbortSignal
}

/** Makes samples of a folder at its own times, and has models and baselines judged on them; the code that Python ends with. */
export async function evaluateModels({ folder, report, quick, seeds, work, config, signal }: ModelEvaluation): Promise<number> {
  const place = join(work, await keyOf(folder, signal))
  await mkdir(place, { recursive: true })
  const replayed: Config = { ...config, dataDir: join(place, 'data'), lake: { ...config.lake, enabled: true } }
  const samples = { page: join(place, 'page'), day: join(place, 'day') }
  const missing = (['page', 'day'] as const).filter((freeze) => !existsSync(samples[freeze]))
  if (missing.length > 0) {
    tell(`Samples of ${folder} are made in ${place} …`)
    await importInto(replayed, folder, signal)
    for (const freeze of missing)
      await makeSamples({ out: samples[freeze], freeze, utcOffset: defaultUtcOffset, memoryMb: defaultMemoryMb, config: replayed, signal })
  }
  const folders = ['--day-samples', samples.day, '--page-samples', samples.page, '--report', report, '--work', join(place, 'runs')]
  const how = [...(quick ? ['--quick'] : []), ...(seeds === undefined ? [] : ['--seeds', `${seeds}`])]
  const { code } = await runTraining(['evaluate', ...folders, ...how], signal)
  return code
}

/** Other files, or other columns of samples, are evaluated anew. */
async function keyOf(folder: string, signal: AbortSignal): Promise<string> {
  const { files } = await recognise(folder, undefined, signal)
  return digest([...files.map(({ id }) => id), exportColumns(featureColumns(feedFeatureSet))])
}

/** At its own times. One that was stopped goes on where it was. */
async function importInto(config: Config, folder: string, signal: AbortSignal): Promise<void> {
  const vireo = await compose(config, { clock: systemClock, metrics: createMetrics(), log: createLog(config.logLevel) })
  try {
    await followImport(importFolder(folder, { shiftToNow: false, signal }, vireo.imports))
    await vireo.lake?.drain(signal)
  } catch (error) {
    throw signal.aborted ? interrupted('Stopped; what was imported is kept') : error
  } finally {
    await vireo.close()
  }
}
