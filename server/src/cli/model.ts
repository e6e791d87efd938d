import { Command } from 'commander'
import { feedFeatureSet } from '../features/vector/feed-feature-set.ts'
import { type Artifact, loadArtifact } from '../models/artifact.ts'
import { graphNames, type Manifest, precisions } from '../models/manifest.ts'
import { readManifest } from '../models/read-manifest.ts'
import type { GraphRuntime } from '../ports/graph-runtime.ts'
import { listCommand, rollbackCommand, useCommand } from './model-choice.ts'
import { watchCommand } from './model-watch.ts'
import { count, facts, print, printJson, table } from './print.ts'
import { interrupted, stopSignal } from './stop-signals.ts'

export const modelCommand = (runtime: GraphRuntime): Command =>
  new Command('models')
    .alias('model')
    .description('trained models: which there are, which serves, whether a server would take one, and what it says of itself')
    .addCommand(listCommand())
    .addCommand(useCommand())
    .addCommand(rollbackCommand())
    .addCommand(checkCommand(runtime))
    .addCommand(showCommand())
    .addCommand(watchCommand())

const checkCommand = (runtime: GraphRuntime): Command =>
  new Command('check')
    .description('load a model as a server would: every file, its features, its inputs, and what its graphs compute')
    .argument('<folder>', 'folder of the model, such as models/feed/3')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
It ends with 3 where a server would refuse the model, and says why; docs/models.md says what is checked.

Examples:
  vireo models check models/feed/3
  vireo models check models/feed/3 --json`,
    )
    .action(async (folder: string, { json }: { json?: true }) => {
      const artifact = await loadForServing(folder, runtime, stopSignal())
      if (json) printJson(asJson(artifact))
      else print(checkReport(artifact))
    })

const showCommand = (): Command =>
  new Command('show')
    .description("print a model's training window, tasks, figures and sizes, as its manifest says")
    .argument('<folder>', 'folder of the model, such as models/feed/3')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  vireo models show models/feed/3\n  vireo models show models/feed/3 --json')
    .action(async (folder: string, { json }: { json?: true }) => {
      const manifest = await readManifest(folder)
      if (json) printJson(manifest)
      else print(shown(manifest))
    })

/** With the features that this version's server makes. */
export async function loadForServing(folder: string, runtime: GraphRuntime, signal: AbortSignal): Promise<Artifact> {
  try {
    return await loadArtifact(folder, { runtime, featureSet: feedFeatureSet, signal })
  } catch (error) {
    throw signal.aborted ? interrupted('Stopped') : error
  }
}

const asJson = ({ folder, manifest, retrieval, ranking, parity }: Artifact) => ({
  folder,
  name: manifest.name,
  version: manifest.version,
  featureSet: manifest.featureSet,
  files: Object.keys(manifest.files).length,
  bytes: bytesOf(manifest),
  trainedVideos: { retrieval: retrieval?.trainedVideos.count ?? 0, ranking: ranking?.trainedVideos.count ?? 0 },
  videoVectors: retrieval?.videoVectors.ids.length ?? 0,
  parity,
})

/** What holds of a model that was loaded. */
export function checkReport({ manifest, retrieval, ranking, parity }: Artifact): string {
  const rows = parity.map(({ graph, precision, cases, largest, tolerance }) => [
    graph,
    precision,
    count(cases),
    largest.toExponential(1),
    tolerance.toExponential(0),
  ])
  const held = facts({
    model: `${manifest.name} ${manifest.version}`,
    files: `${count(Object.keys(manifest.files).length)} as they were written, ${size(bytesOf(manifest))}`,
    features: `${manifest.featureSet}, as this version makes them`,
    'videos the towers know by id': retrieval && count(retrieval.trainedVideos.count),
    'videos the ranker knows by id': ranking && count(ranking.trainedVideos.count),
    'vectors of videos': retrieval && `${count(retrieval.videoVectors.ids.length)} of ${retrieval.videoVectors.width} numbers`,
  })
  return `${held}\n${table(['graph', 'precision', 'cases', 'largest difference', 'allowed'], rows)}\nA server would take it.`
}

function shown(manifest: Manifest): string {
  const { training, twin, ranking, graphs, metrics, files } = manifest
  const about = facts({
    model: `${manifest.name} ${manifest.version}`,
    created: time(manifest.createdMs),
    features: manifest.featureSet,
    'trained on': windowOf(training),
    'figures are of': twin === null ? 'this model' : `a twin trained on ${windowOf(twin)}`,
    size: size(bytesOf(manifest)),
  })
  const taskRows = (ranking?.tasks ?? []).map(({ name, kind, positives, calibration, weight }) => [
    name,
    kind,
    count(positives),
    calibration === null ? '' : `${figure(calibration.slope)}, ${figure(calibration.intercept)}`,
    weight,
  ])
  const graphRows = graphNames
    .filter((name) => graphs[name] !== undefined)
    .map((name) => [name, ...precisions.map((precision) => size(files[graphs[name]?.[precision]?.file ?? '']?.bytes ?? 0))])
  const metricRows = Object.entries(metrics).map(([name, value]) => [name, figure(value)])
  return [
    about,
    ...(taskRows.length === 0 ? [] : [table(['task', 'kind', 'positives', 'slope, intercept', 'weight in the value'], taskRows)]),
    table(['graph', ...precisions], graphRows),
    ...(metricRows.length === 0 ? [] : [table(['figure', 'value'], metricRows)]),
  ].join('\n')
}

const windowOf = ({ fromMs, untilMs, rows, seed }: Manifest['training']) =>
  `${count(rows)} samples from ${time(fromMs)} until ${time(untilMs)}, seed ${seed}`
const time = (ms: number) => new Date(ms).toISOString()
const figure = (value: number) => String(Number(value.toPrecision(4)))
const size = (bytes: number) => `${count(Math.ceil(bytes / 1_024))} KiB`
const bytesOf = ({ files }: Manifest) => Object.values(files).reduce((total, { bytes }) => total + bytes, 0)
