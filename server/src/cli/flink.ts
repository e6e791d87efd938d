import { Command } from 'commander'
import { systemClock } from '../clock.ts'
import { openTileJobs, tileJobsPrefix, tileJobText } from '../compose/flink.ts'
import { flinkScript } from '../features/sql/flink.ts'
import { allFeedViews } from '../features/views/feed-views.ts'
import { chosenViews } from '../tile-jobs/chosen-views.ts'
import type { Deployed, TileJob } from '../tile-jobs/tile-job.ts'
import type { TileJobs } from '../tile-jobs/tile-jobs.ts'
import { wholeNumber } from './arguments.ts'
import { configuration } from './environment.ts'
import { count, print, printJson, table, tell } from './print.ts'
import { interrupted, stopSignal } from './stop-signals.ts'

interface WatchingOptions {
  readonly within: number
  readonly json?: true
}

interface DeployOptions extends WatchingOptions {
  readonly views?: readonly string[]
  readonly from?: string
  readonly anew?: true
}

const listed = (text: string) => text.split(/[\s,]+/).filter(Boolean)
const viewsOption = ['--views <names>', 'views by name, separated by commas', listed] as const
const json = ['--json', 'print JSON'] as const
const within = ['--within <seconds>', 'how long a job may take to run healthily', wholeNumber(1, 86_400), 300] as const

export const flinkCommand = (): Command =>
  new Command('flink')
    .description('counts for everybody by Flink: jobs that make tiles of the log on Kafka')
    .addCommand(sqlCommand())
    .addCommand(deployCommand())
    .addCommand(statusCommand())
    .addCommand(stopCommand())
    .addCommand(upgradeCommand())
    .addHelpText('after', '\nThe settings are those of the group flink, and of kafka. See docs/flink.md.')

const sqlCommand = (): Command =>
  new Command('sql')
    .description("print the job as a script for Flink's SQL client, without secrets")
    .option(...viewsOption)
    .addHelpText('after', '\nExamples:\n  vireo flink sql\n  vireo flink sql --views video_watches,length_watches')
    .action(({ views }: { views?: readonly string[] }) => {
      const config = configuration()
      print(flinkScript(tileJobText(config, tileJobsPrefix(config), chosenViews(allFeedViews, views))).trimEnd())
    })

const deployCommand = (): Command =>
  new Command('deploy')
    .description('start a job, and wait until it runs and has made a checkpoint')
    .option(...viewsOption)
    .option('--from <path>', 'go on from this savepoint or checkpoint')
    .option('--anew', 'read the log from its beginning, also where the job was stopped a moment ago')
    .option(...within)
    .option(...json)
    .addHelpText(
      'after',
      `
Without --views it takes the views that no job keeps yet. It makes the topics of tiles. A job that was stopped within a day
goes on where it was. One that does not run healthily in time is ended, and why it did not is told.

Examples:
  vireo flink deploy
  vireo flink deploy --views video_watches
  vireo flink deploy --from s3://bucket/savepoints/savepoint-3f2a91-c0ffee`,
    )
    .action((options: DeployOptions) =>
      withJobs(async (jobs, signal) => {
        const deployed = await jobs.deploy({ ...options, ...watching(options), signal })
        if (options.json) printJson(deployed)
        else print(report(deployed))
      }),
    )

const statusCommand = (): Command =>
  new Command('status')
    .description('say which jobs there are, how far they are, and where they could go on from')
    .option(...json)
    .addHelpText('after', '\nExamples:\n  vireo flink status\n  vireo flink status --json')
    .action((options: { json?: true }) =>
      withJobs(async (jobs, signal) => {
        const list = await jobs.list(signal)
        if (options.json) printJson(list.map(({ text, ...job }) => job))
        else print(list.length === 0 ? 'There are no jobs.' : readable(list))
      }),
    )

const stopCommand = (): Command =>
  new Command('stop')
    .description('end jobs with a savepoint; all by default')
    .argument('[jobs...]', 'names of jobs')
    .option(...json)
    .addHelpText(
      'after',
      '\nWithin a day `vireo flink deploy` goes on from it.\n\nExamples:\n  vireo flink stop\n  vireo flink stop --json',
    )
    .action((names: readonly string[], options: { json?: true }) =>
      withJobs(async (jobs, signal) => {
        const stopped = await jobs.stop(names, signal)
        if (options.json) printJson(stopped)
        else print(stopped.map(({ name, savepoint }) => `${name} has stopped; its savepoint is ${savepoint}`).join('\n'))
      }),
    )

const upgradeCommand = (): Command =>
  new Command('upgrade')
    .description('put what this version of Vireo would deploy in the place of jobs, with their state; all by default')
    .argument('[jobs...]', 'names of jobs')
    .option(...within)
    .option(...json)
    .addHelpText(
      'after',
      `
A job that does not run healthily in time is ended, the one before runs again from the same savepoint, and the command ends
with 1. Views are never changed, so new versions of them are deployed beside the old.

Examples:
  vireo flink upgrade
  vireo flink upgrade --within 600`,
    )
    .action((names: readonly string[], options: WatchingOptions) =>
      withJobs(async (jobs, signal) => {
        const upgraded = await jobs.upgrade(names, { ...watching(options), signal })
        if (options.json) printJson(upgraded)
        else print(upgraded.map(report).join('\n'))
      }),
    )

const watching = (options: WatchingOptions) => ({ withinMs: options.within * 1_000, onProgress: (what: string) => tell(`${what} …`) })

async function withJobs(work: (jobs: TileJobs, signal: AbortSignal) => Promise<void>): Promise<void> {
  const signal = stopSignal()
  try {
    await work(openTileJobs(configuration(), systemClock), signal)
  } catch (error) {
    throw signal.aborted ? interrupted('Stopped') : error
  }
}

const report = ({ name, from, views }: Deployed) =>
  `${name} runs with ${views.length} views, ${from === undefined ? 'from the beginning of the log' : `gone on from ${from}`}.`

function readable(jobs: readonly TileJob[]): string {
  const rows = jobs.map(({ details, name, startedMs, state, views }) => [
    name,
    state,
    views.length,
    `${details.running} of ${details.tasks}`,
    details.behind === undefined ? '' : count(details.behind),
    new Date(startedMs).toISOString(),
    details.restorePoint === undefined ? 'none' : new Date(details.restorePoint.takenMs).toISOString(),
    count(details.stateBytes),
  ])
  const more = jobs.flatMap(({ details: { failure, restorePoint }, name }) => [
    ...(restorePoint === undefined ? [] : [`${name} can go on from ${restorePoint.path}`]),
    ...(failure === undefined ? [] : [`${name} failed last with: ${failure}`]),
  ])
  return [table(['job', 'state', 'views', 'tasks', 'behind', 'since', 'checkpoint', 'bytes'], rows), ...more].join('\n')
}
