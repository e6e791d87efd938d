import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { Command } from 'commander'
import { systemClock } from '../clock.ts'
import { openLakeBeside } from '../compose/beside.ts'
import { InvalidInput } from '../errors.ts'
import { canonical, fingerprint } from '../features/language/canonical.ts'
import type { View } from '../features/language/view.ts'
import { viewFromData } from '../features/language/view-from-data.ts'
import { backfill } from '../features/sql/backfill.ts'
import { streams } from '../features/streams/streams.ts'
import { allFeedViews } from '../features/views/feed-views.ts'
import { wholeNumber } from './arguments.ts'
import { configuration } from './environment.ts'
import { checkCommand } from './features-check.ts'
import { count, print, printJson, table } from './print.ts'
import { interrupted, stopSignal } from './stop-signals.ts'

export const featuresCommand = (): Command =>
  new Command('features')
    .description('what is counted of videos and people: the views, their values at earlier times, and whether they are right')
    .addCommand(listCommand())
    .addCommand(backfillCommand())
    .addCommand(checkCommand())

const listCommand = (): Command =>
  new Command('list')
    .description('name all views, with what tells their definitions apart')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  vireo features list\n  vireo features list --json')
    .action(({ json }: { json?: true }) => {
      const views = allFeedViews.map(described)
      if (json) printJson(views)
      else {
        const rows = views.map((view) => [
          view.name,
          view.version,
          view.entity.join(' × '),
          view.from,
          view.windows.join(' '),
          view.fingerprint.slice(0, 12),
        ])
        print(table(['view', 'version', 'of', 'from', 'windows', 'fingerprint'], rows))
      }
    })

const backfillCommand = (): Command =>
  new Command('backfill')
    .description('say what the windows of a view were at the times of requests, from the lake')
    .argument('<view>', 'name of the view, or a JSON file with a definition as `vireo features list --json` shows it')
    .argument('<requests>', 'Parquet file with request_id, time_ms, and what the view is of, such as video_id')
    .argument('<folder>', 'where to write Parquet files with a row a request')
    .option('--memory <MiB>', 'memory for the work; more goes to disk', wholeNumber(256, 1_048_576), 1_024)
    .addHelpText(
      'after',
      `
Windows end just before each request: what happened at its own ms is not known yet.

Examples:
  vireo features backfill video_watches requests.parquet backfilled
  vireo features backfill my-view.json requests.parquet backfilled`,
    )
    .action(async (name: string, requests: string, into: string, { memory: memoryMb }: { memory: number }) => {
      const view = name.endsWith('.json') ? viewFromData(jsonIn(name), streams) : viewNamed(name)
      const signal = stopSignal()
      const { lake } = await openLakeBeside(configuration(), systemClock)
      try {
        await mkdir(into, { recursive: true })
        print(`${count(await backfill({ lake, view, requests, into, memoryMb, signal }))} rows.`)
      } catch (error) {
        throw signal.aborted ? interrupted('Stopped. What was written is not all') : error
      } finally {
        await lake.close()
      }
    })

const described = (view: View) => ({
  name: view.name,
  version: view.version,
  entity: Object.keys(view.entity),
  from: view.from.name,
  aggregations: Object.keys(view.aggregations),
  windows: view.windows,
  fingerprint: fingerprint(view),
  definition: JSON.parse(canonical(view)) as unknown,
})

function viewNamed(name: string): View {
  const view = allFeedViews.find((each) => each.name === name)
  if (view === undefined) throw new InvalidInput('VIEW_INVALID', 'view', `there is no view ${name}: see \`vireo features list\``)
  return view
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new InvalidInput('VIEW_INVALID', 'view', `${file} holds no JSON: ${(cause as Error).message}`)
  }
}
