// Writes docs/configuration.md, docs/errors.md, docs/features.md and docs/metrics.md from the code; `--check` compares and changes nothing.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { status as grpc } from '@grpc/grpc-js'
import { errorCodes } from '../server/src/api/error-codes.ts'
import { statuses } from '../server/src/api/status.ts'
import { settings } from '../server/src/config.ts'
import { countedOfTheFeed } from '../server/src/features/vector/counted-of-the-feed.ts'
import { featureSetId } from '../server/src/features/vector/feature-set.ts'
import { feedFeatureSet } from '../server/src/features/vector/feed-feature-set.ts'
import { allFeedViews } from '../server/src/features/views/feed-views.ts'
import { columnsPage, featuresPage, viewsPage } from '../server/src/features/views-page.ts'
import { measureTables } from '../server/src/measures/measure-tables.ts'
import { measures } from '../server/src/measures/measures.ts'
import { measuresPage } from '../server/src/measures/measures-page.ts'
import { featureColumns } from '../server/src/samples/feature-columns.ts'
import { sampleColumns } from '../server/src/samples/sample-columns.ts'
import { velocityColumns } from '../server/src/samples/velocity-columns.ts'

const note = '<!-- Made by scripts/generate-docs.ts: change the code, not this page. -->\n\n'
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('')

const configuration = `${note}# Configuration

Every setting has a default. To change one, set its variable, or write it into \`vireo.json\` in the working folder (or the file that \`VIREO_CONFIG\` names): \`{ "httpPort": 9000, "feed": { "maxCount": 20 } }\`. A variable wins over the file. Names that do not exist and values that are not allowed stop the start.

${table(
  ['setting', 'variable', 'allowed', 'default', 'what it is'],
  settings.map(({ path, variable, type, allowed, standard, help }) => [
    `\`${path}\``,
    `\`${variable}\``,
    type === 'string' || type === 'one of' ? allowed : `${type}, ${allowed}`,
    `\`${standard}\``,
    help,
  ]),
)}`

const errors = `${note}# Errors

Every failure has a code that stays. Over HTTP it is \`{"error": {"code", "field", "message", "retryable"}}\`; over gRPC it is in the trailers \`vireo-error-code\`, \`vireo-error-field\` and \`vireo-error-retryable\`. A refused row of a batch has its code in the answer. Codes without a status end no call: they are of rows or of the start.

${table(
  ['code', 'gRPC', 'HTTP', 'what it means and what to do'],
  Object.entries(errorCodes).map(([code, { status, help }]) => {
    const at = status && statuses[status]
    return [`\`${code}\``, at ? `\`${grpc[at.grpc]}\`` : '', at ? String(at.http) : '', help]
  }),
)}`

const ofRequest = sampleColumns.filter(({ isOfRequest }) => isOfRequest)
const velocities = velocityColumns(featureColumns(feedFeatureSet))
const features = `${note}# Features

A *view* says once what is counted, of what stream, by which entity; the server keeps it as *tiles*, and SQL for DuckDB, Spark and Flink comes from the same definition. A *feature* is what a model may read: raw whole numbers, in the precision in which models read them (float32: exact up to 16,777,216), logged with each page as they were when it was made, and exported by \`vireo samples\` as columns of these names. How they are made comparable (rates drawn to a prior that is learned from data, an hour against its day, logarithms, z-scores) is part of a model's graph, so that it is written once: [decisions/0010](decisions/0010-transforms-in-the-graph.md).

A view or a feature set never changes: a change is a new version beside the old. A server that finds a definition changed under its old version stops with \`VIEW_CHANGED\` and shows both. \`vireo features check\` holds what a server counts against what SQL makes of the lake; \`vireo features backfill\` says what a view would have been at earlier times, also one that is new, from a JSON file.

${featuresPage(feedFeatureSet)}
${columnsPage('Of the request, in every sample, as it was given; without it unknown:', ofRequest)}
${columnsPage('Made of these when samples are exported; a model makes its own in its graph:', velocities)}
${viewsPage(allFeedViews, new Map([[featureSetId(feedFeatureSet), Object.values(countedOfTheFeed).flatMap((counted) => counted.map(({ view }) => view))]]))}`

const metrics = `${note}# Metrics

What tells whether it goes well. Each measure is defined once, in \`server/src/measures\`: the console shows it day by day (UTC) from the lake under *Measures*, and where it says so also live under *Now*. \`GET /v1/admin/measures\` and \`GET /v1/admin/watch\` are the same for programs; \`GET /metrics\` has what Prometheus scrapes.

- **Live is counted as it happens**, by when it happened, over the last hour; a test holds it to what SQL makes of the lake. Rates and quantiles of feeds, stages and calls are of the last minute. Quantiles are interpolated within the buckets of the histograms of \`/metrics\`, and end at their largest bound.
- **Served counts as shown.** What was imported counts by its own time; what came without a time has no day.
- **A day that is over is read again after an hour**, as late events come to it, and what was shown on it may be reported later; today after a minute. The answer says up to when the lake has what was accepted.

${measuresPage(measures, measureTables)}`

const pages = {
  'docs/configuration.md': configuration,
  'docs/errors.md': errors,
  'docs/features.md': features,
  'docs/metrics.md': metrics,
}
const stale = Object.entries(pages).filter(([path, content]) => read(path) !== content)
if (process.argv.includes('--check')) {
  for (const [path] of stale) console.error(`${path} is out of date. Run \`node scripts/generate-docs.ts\`.`)
  process.exitCode = stale.length > 0 ? 1 : 0
} else {
  mkdirSync('docs', { recursive: true })
  for (const [path, content] of stale) writeFileSync(path, content)
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
