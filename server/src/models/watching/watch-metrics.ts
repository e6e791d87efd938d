import { Counter, Gauge, type Registry } from 'prom-client'
import { hasDrifted } from './alarms.ts'
import type { ModelWatch, WatchReading } from './model-watch.ts'
import { newHours } from './shown-pages.ts'
import type { ModelReading, TaskReading } from './watched-model.ts'

type Labels = Readonly<Record<string, string>>
type Sample = readonly [value: number | undefined, labels?: Labels]
type Samples = (read: WatchReading) => readonly Sample[]

/** What the watch knows, read when the metrics are: labels are tasks, versions of models that served lately, and sources. */
export function registerWatch(registry: Registry, watch: Pick<ModelWatch, 'read'>): void {
  const registers = [registry]
  // One scrape reads it once: metrics are collected in one turn.
  let read: WatchReading | undefined
  const reading = () => {
    if (read === undefined) queueMicrotask(() => (read = undefined))
    read ??= watch.read()
    return read
  }
  const register = (Kind: typeof Gauge | typeof Counter) => (name: string, help: string, labelNames: string[], samples: Samples) =>
    new Kind({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset()
        for (const [value, labels = {}] of samples(reading())) if (value !== undefined) this.inc(labels, value)
      },
    })
  const [gauge, counter] = [register(Gauge), register(Counter)]
  const ofTask = (value: (task: TaskReading) => number | undefined) => ofTasks((task) => [[value(task)]])

  const byTask = ['task', 'model']
  counter(
    'vireo_model_predicted_sum',
    'Sum of what was predicted for what was judged: chances, or ms.',
    byTask,
    ofTask((task) => task.predicted),
  )
  counter(
    'vireo_model_actual_sum',
    'Sum of what came of it.',
    byTask,
    ofTask((task) => task.actual),
  )
  counter(
    'vireo_model_judged_total',
    'Videos on pages whose prediction was judged.',
    byTask,
    ofTask((task) => task.judged),
  )
  gauge(
    'vireo_model_calibration_ratio',
    'Actual to predicted, of what was judged in the last hour.',
    byTask,
    ofTask((task) => task.ratio),
  )
  gauge(
    'vireo_model_calibration_alarm',
    'Whether that is far from 1, and not by chance.',
    byTask,
    ofTask((task) => Number(task.isAlarm)),
  )
  gauge(
    'vireo_model_prediction',
    'Quantiles of what was predicted in this hour and the last for what was served.',
    [...byTask, 'quantile'],
    ofTasks((task) => task.quantiles.map(({ share, value }) => [value, { quantile: String(share) }])),
  )
  gauge(
    'vireo_model_prediction_psi',
    "Population stability index of predictions against the model's first hours.",
    byTask,
    ofTask((task) => task.predictionIndex),
  )
  gauge(
    'vireo_model_prediction_alarm',
    'Whether that is above 0.2.',
    byTask,
    ofTask((task) => Number(hasDrifted(task.predictionIndex))),
  )
  gauge(
    'vireo_model_feature_psi_max',
    "Largest population stability index of a feature against the model's first hours.",
    ['model'],
    ofModels(({ features }) => features.largest),
  )
  gauge(
    'vireo_model_features_moved',
    'Features whose index is above 0.25.',
    ['model'],
    ofModels(({ features }) => features.moved.length),
  )
  counter(
    'vireo_model_pages_passed_over_total',
    'Pages that were not looked at, as too many others waited to be judged.',
    [],
    ({ passedOver }) => [[passedOver]],
  )

  counter('vireo_page_videos_total', 'Videos served.', [], ({ pages }) => [[pages.videos]])
  counter('vireo_page_new_videos_total', 'Videos served that were uploaded at most so many hours before.', ['hours'], ({ pages }) =>
    newHours.map((hours, at): Sample => [pages.newVideos[at], { hours: String(hours) }]),
  )
  counter('vireo_page_diversity_sum', 'Intra-list diversity of pages: mean of 1 − cosine of their pairs.', [], ({ pages }) => [
    [pages.diversity.sum],
  ])
  counter('vireo_page_diversity_count', 'Pages of which it was looked at: one in eight that have vectors.', [], ({ pages }) => [
    [pages.diversity.pages],
  ])
  counter('vireo_page_novelty_bits_sum', 'Novelty of videos served: −log2 of their share of impressions of 7 days.', [], ({ pages }) => [
    [pages.novelty.sum],
  ])
  counter('vireo_page_novelty_bits_count', 'Videos of which it is known.', [], ({ pages }) => [[pages.novelty.videos]])
  counter('vireo_source_shown_total', 'Videos that people came to, by source.', ['source'], ({ sources }) =>
    sources.map(({ source, shown }): Sample => [shown, { source }]),
  )
  counter('vireo_source_long_views_total', 'Those of them that were watched long.', ['source'], ({ sources }) =>
    sources.map(({ source, longViews }): Sample => [longViews, { source }]),
  )
  counter('vireo_source_watched_seconds_total', 'Time that they were watched.', ['source'], ({ sources }) =>
    sources.map(({ source, watchedMs }): Sample => [watchedMs / 1_000, { source }]),
  )
}

const ofModels =
  (value: (model: ModelReading) => number | undefined) =>
  ({ models }: WatchReading): Sample[] =>
    models.map((each): Sample => [value(each), { model: each.model }])

const ofTasks =
  (samples: (task: TaskReading) => readonly Sample[]) =>
  ({ models }: WatchReading): Sample[] =>
    models.flatMap(({ model, tasks }) =>
      tasks.flatMap((task) => samples(task).map(([value, labels]): Sample => [value, { task: task.task, model, ...labels }])),
    )
