import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Command, Option } from 'commander'
import { hourMs, systemClock } from '../clock.ts'
import { openLakeBeside, openReplayState } from '../compose/beside.ts'
import type { Config } from '../config.ts'
import { feedFeatureSet } from '../features/vector/feed-feature-set.ts'
import { checkLake } from '../quality/check-lake.ts'
import { failedHours, QualityResults } from '../quality/results.ts'
import type { ExportManifest } from '../samples/export-manifest.ts'
import { type ExportOptions, exportSamples } from '../samples/export-samples.ts'
import { joinSamples } from '../samples/join-samples.ts'
import { reachHours } from '../samples/label-join.ts'
import { logImportedPages } from '../samples/replay/log-imported-pages.ts'
import { replayFeatures } from '../samples/replay/replay-features.ts'
import { dayRequestsSql } from '../samples/replay/requests.ts'
import { wholeNumber } from './arguments.ts'
import { configuration } from './environment.ts'
import { count, facts, print, printJson, tell } from './print.ts'
import { interrupted, stopSignal } from './stop-signals.ts'

interface SamplesOptions {
  readonly out: string
  readonly freeze: 'page' | 'day'
  readonly utcOffset: number
  readonly memory: number
  readonly json?: true
}

/** Hours that the days of the sample of real data are ahead of UTC. */
export const defaultUtcOffset = 8
/** Memory of DuckDB, in MiB. */
export const defaultMemoryMb = 1_024

export const samplesCommand = (): Command =>
  new Command('samples')
    .description('write what was shown, and what came of it, as Parquet to train on')
    .requiredOption('--out <folder>', 'the folder to make; an earlier export there is replaced')
    .addOption(
      new Option('--freeze <when>', 'features as serving logged them, or as of the first impression of the day')
        .choices(['page', 'day'])
        .default('page'),
    )
    .option('--utc-offset <hours>', 'hours that the days of --freeze day are ahead of UTC', wholeNumber(-12, 14), defaultUtcOffset)
    .option('--memory <MiB>', 'memory for the work; more goes to disk', wholeNumber(64, 1_048_576), defaultMemoryMb)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
It first brings the samples up to date with the lake, replays imported pages for their features, and checks what is new.
Hours whose data quality failed are left out; \`vireo quality\` names them.
Stopped, it leaves the folder as it was; samples that were brought up to date stay so.

Examples:
  vireo samples --out training-data
  vireo samples --out by-day --freeze day --utc-offset 8 --json`,
    )
    .action(async ({ memory: memoryMb, json, ...options }: SamplesOptions) => {
      const manifest = await makeSamples({ ...options, memoryMb, config: configuration(), signal: stopSignal() })
      if (json) printJson(manifest)
      else print(readable(manifest, options.out))
    })

interface SamplesRequest extends Pick<SamplesOptions, 'out' | 'freeze' | 'utcOffset'> {
  readonly memoryMb: number
  readonly config: Config
  readonly signal: AbortSignal
}

/** Brings the samples of the data folder up to date with its lake, and exports them; tells on standard error how far it is. */
export async function makeSamples({ out, freeze, utcOffset, memoryMb, config, signal }: SamplesRequest): Promise<ExportManifest> {
  const { horizonHours } = config.events
  const show = progressLines()
  const { lake } = await openLakeBeside(config, systemClock)
  // Beside the result: there is room for it, or there is none for the result either.
  const beside = dirname(resolve(out))
  await mkdir(beside, { recursive: true })
  const scratch = await mkdtemp(join(beside, '.samples-'))
  const state = await openReplayState(join(scratch, 'state'), config)
  try {
    await joinSamples({
      lake,
      clock: systemClock,
      horizonHours,
      memoryMb,
      signal,
      onProgress: ({ hoursDone: done, hoursTotal: total }) => show('Joining hours', done, total),
    })
    const replay = {
      lake,
      state,
      memoryMb,
      signal,
      onProgress: ({ done, total }: { done: number; total: number }) =>
        show(freeze === 'page' ? 'Replaying pages' : 'Replaying days', done, total),
    }
    let frozen: ExportOptions['frozen']
    if (freeze === 'page') await logImportedPages({ ...replay, clock: systemClock })
    else {
      const manifest = await lake.manifest()
      const requestsSql = dayRequestsSql(utcOffset * hourMs)
      frozen = { as: freeze, files: await replayFeatures({ ...replay, manifest, requestsSql, folder: join(scratch, 'vectors') }) }
    }
    const results = new QualityResults(join(config.dataDir, 'quality'))
    const judgedMs = systemClock.now()
    await checkLake({
      lake,
      clock: systemClock,
      results,
      featureSet: feedFeatureSet,
      reachHours: reachHours(horizonHours),
      memoryMb,
      signal,
      onProgress: ({ done, total }) => show('Checking partitions', done, total),
    })
    return await exportSamples({
      lake,
      clock: systemClock,
      out,
      featureSet: feedFeatureSet,
      ...(frozen === undefined ? {} : { frozen }),
      failedPartitions: failedHours(await results.all()),
      judgedMs,
      memoryMb,
      signal,
      onProgress: ({ done, total }) => show('Writing days', done, total),
    })
  } catch (error) {
    throw signal.aborted ? interrupted('Stopped') : error
  } finally {
    await state.close()
    await lake.close()
    await rm(scratch, { recursive: true, force: true })
  }
}

const lineEveryMs = 3_000

/** Says on standard error what is being done, and now and then how far it is. */
function progressLines(): (phase: string, done: number, total: number | undefined) => void {
  let shown = ''
  let shownMs = 0
  return (phase, done, total) => {
    if (phase === shown && performance.now() - shownMs < lineEveryMs) return
    shown = phase
    shownMs = performance.now()
    tell(`${phase}: ${count(done)}${total === undefined ? '' : ` of ${count(total)}`}`)
  }
}

function readable({ rows, days, featureSet, featuresAsOf, leftOut }: ExportManifest, out: string): string {
  const failed = leftOut.failed.reduce((total, hour) => total + hour.rows, 0)
  return facts({
    folder: out,
    samples: `${count(rows)} of ${count(days.length)} days (UTC)`,
    features: `${featureSet}, as of the ${featuresAsOf}`,
    'left out: failed data quality': failed === 0 ? undefined : `${count(failed)} of ${count(leftOut.failed.length)} hours`,
    'left out: hour not over yet': leftOut.notSettled === 0 ? undefined : count(leftOut.notSettled),
    'left out: session goes on': leftOut.notFinal === 0 ? undefined : count(leftOut.notFinal),
    'left out: no such features': leftOut.otherFeatures === 0 ? undefined : count(leftOut.otherFeatures),
  })
}
