import { Counter, Gauge, type Registry } from 'prom-client'
import { hasDrifted } from './alarms.ts'
import type { ModelWatch, SourceReading, WatchReading } from './model-watch.ts'
import { newHours } from './shown-pages.ts'
import type { ModelReading, TaskReading } from './watched-model.ts'

type Kind = typeof Gauge | typeof Counter
type Sample = readonly [value: number | undefined, labels: Readonly<Record<string, string>>]
/** A metric, and its value for each thing that it is of. */
type Metric<Of> = readonly [Kind, name: string, help: string, value: (of: Of) => number | undefined]

const ofTasks: readonly Metric<TaskReading>[] = [
  [Counter, 'vireo_model_predicted_sum', 'Sum of what was predicted for what was judged: chances, or ms.', (task) => task.predicted],
  [Counter, 'vireo_model_actual_sum', 'Sum of what came of it.', (task) => task.actual],
  [Counter, 'vireo_model_judged_total', 'Videos on pages whose prediction was judged.', (task) => task.judged],
  [Gauge, 'vireo_model_calibration_ratio', 'Actual to predicted, of what was judged in the last hour.', (task) => task.ratio],
  [Gauge, 'vireo_model_calibration_alarm', 'Whether that is far from 1, and not by chance.', (task) => Number(task.isAlarm)],
  [Gauge, 'vireo_model_prediction_psi', "Stability index of predictions against the model's first hours.", (task) => task.predictionIndex],
  [Gauge, 'vireo_model_prediction_alarm', 'Whether that is above 0.2.', (task) => Number(hasDrifted(task.predictionIndex))],
]
const ofModels: readonly Metric<ModelReading>[] = [
  [
    Gauge,
    'vireo_model_feature_psi_max',
    "Largest stability index of a feature against the model's first hours.",
    (of) => of.features.largest,
  ],
  [Gauge, 'vireo_model_features_moved', 'Features whose index is above 0.25.', (of) => of.features.moved.length],
]
const ofSources: readonly Metric<SourceReading>[] = [
  [Counter, 'vireo_source_shown_total', 'Videos that people came to, by source.', ({ shown }) => shown],
  [Counter, 'vireo_source_long_views_total', 'Those of them that were watched long.', ({ longViews }) => longViews],
  [Counter, 'vireo_source_watched_seconds_total', 'Time that they were watched.', ({ watchedMs }) => watchedMs / 1_000],
]
const ofAll: readonly Metric<WatchReading>[] = [
  [Counter, 'vireo_model_pages_passed_over_total', 'Pages not looked at, as too many waited to be judged.', (all) => all.passedOver],
  [Counter, 'vireo_page_videos_total', 'Videos served.', ({ pages }) => pages.videos],
  [
    Counter,
    'vireo_page_diversity_sum',
    'Intra-list diversity: mean of 1 − cosine of the pairs of a page.',
    ({ pages }) => pages.diversity.sum,
  ],
  [Counter, 'vireo_page_diversity_count', 'Pages of which it is known: one in eight with vectors.', ({ pages }) => pages.diversity.pages],
  [Counter, 'vireo_page_novelty_bits_sum', 'Novelty: −log2 of the share of impressions of 7 days.', ({ pages }) => pages.novelty.sum],
  [Counter, 'vireo_page_novelty_bits_count', 'Videos of which it is known.', ({ pages }) => pages.novelty.videos],
]

/** What the watch knows, read when the metrics are: labels are tasks, versions of models that served lately, and sources. */
export function registerWatch(registry: Registry, watch: Pick<ModelWatch, 'read'>): void {
  // One scrape reads it once: metrics are collected in one turn.
  let read: WatchReading | undefined
  const reading = () => {
    if (read === undefined) queueMicrotask(() => (read = undefined))
    read ??= watch.read()
    return read
  }
  const register = (Kind: Kind, name: string, help: string, labelNames: string[], samples: (read: WatchReading) => readonly Sample[]) =>
    new Kind({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        this.reset()
        for (const [value, labels] of samples(reading())) if (value !== undefined) this.inc(labels, value)
      },
    })

  for (const [kind, name, help, value] of ofTasks)
    register(kind, name, help, ['task', 'model'], (read) => eachTask(read, (task, labels) => [[value(task), labels]]))
  for (const [kind, name, help, value] of ofModels)
    register(kind, name, help, ['model'], ({ models }) => models.map((each) => [value(each), { model: each.model }]))
  for (const [kind, name, help, value] of ofSources)
    register(kind, name, help, ['source'], ({ sources }) => sources.map((each) => [value(each), { source: each.source }]))
  for (const [kind, name, help, value] of ofAll) register(kind, name, help, [], (read) => [[value(read), {}]])

  const ofQuantiles = 'Quantiles of what was predicted in this hour and the last for what was served.'
  register(Gauge, 'vireo_model_prediction', ofQuantiles, ['task', 'model', 'quantile'], (read) =>
    eachTask(read, ({ quantiles }, labels) => quantiles.map(({ share, value }) => [value, { ...labels, quantile: String(share) }])),
  )
  const ofNew = 'Videos served that were uploaded at most so many hours before.'
  register(Counter, 'vireo_page_new_videos_total', ofNew, ['hours'], ({ pages }) =>
    newHours.map((hours, at) => [pages.newVideos[at], { hours: String(hours) }]),
  )
}

function eachTask({ models }: WatchReading, samples: (task: TaskReading, labels: Sample[1]) => readonly Sample[]): Sample[] {
  return models.flatMap(({ model, tasks }) => tasks.flatMap((task) => samples(task, { task: task.task, model })))
}
