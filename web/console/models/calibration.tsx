import { For, type JSX, Show } from 'solid-js'
import type { TaskCalibration, WatchedModel, WatchLimits } from '../../generated/vireo/v1/console_models.ts'
import { count, number } from '../../shared/format.ts'
import { Table } from '../../shared/table.tsx'
import { CalibrationPlot } from './calibration-plot.tsx'
import { formatOf, meaningOf } from './tasks.ts'

/** Whether what a version says comes true. */
export function Calibration(props: { model: WatchedModel; limits: WatchLimits }): JSX.Element {
  const judged = () => props.model.tasks.filter((task) => Number(task.judged) > 0)
  const factor = () => number(Math.exp(props.limits.logRatio))
  return (
    <>
      <Table
        caption="What was predicted, and what came of it"
        rows={props.model.tasks}
        empty="It has ranked nothing that was served since then."
        columns={[
          { name: 'Task', cell: ({ task }) => <span title={meaningOf(task)}>{task}</span>, sort: ({ task }) => task },
          {
            name: 'State',
            about: `Off: by more than ${factor()} times in the last hour, and ${props.limits.standardErrors} standard errors, over ${props.limits.leastPages} pages or more`,
            cell: (task) => <State task={task} />,
            sort: ({ alarm, predictionAlarm }) => (alarm ? 'c' : predictionAlarm ? 'b' : 'a'),
          },
          { name: 'Judged', about: 'Videos', cell: ({ judged }) => count(Number(judged)), sort: ({ judged }) => Number(judged) },
          {
            name: 'Predicted',
            about: 'Mean, of what was judged',
            cell: (task) => mean(task, task.predicted),
            sort: ({ predicted }) => predicted,
          },
          { name: 'Came', about: 'Mean, of what was judged', cell: (task) => mean(task, task.actual), sort: ({ actual }) => actual },
          {
            name: 'Came / predicted',
            about: 'Since the server began to watch, with its 95 % interval, of which pages are the draws',
            cell: (task) => (Number(task.judged) > 0 ? ratioWithInterval(task) : '–'),
            sort: ({ actual, judged, predicted }) => (Number(judged) > 0 ? actual / predicted : -1),
          },
          {
            name: 'Last hour',
            about: 'Came / predicted, of what was judged in the last hour',
            cell: ({ ratio }) => (ratio === undefined ? '–' : number(ratio)),
            sort: ({ ratio }) => ratio ?? -1,
          },
          {
            name: 'Slope',
            about: 'Of what came on what was predicted (Cox, 1958): 1 is right, under 1 predictions are too far apart',
            cell: ({ slope }) => (slope === undefined ? '–' : number(slope)),
            sort: ({ slope }) => slope ?? -1,
          },
          {
            name: 'Said now',
            about: 'Tenth, median and nine tenths of what was predicted in this hour and the last for what was served',
            cell: ({ quantiles, task }) => quantiles.map(({ value }) => formatOf(task)(value)).join(' · ') || '–',
          },
          {
            name: 'Drift',
            about: `Population stability index of that against the model's first six hours here; an alarm above ${props.limits.predictionIndex}`,
            cell: ({ predictionIndex }) => (predictionIndex === undefined ? 'not yet' : number(predictionIndex)),
            sort: ({ predictionIndex }) => predictionIndex ?? -1,
          },
        ]}
      />
      <Show
        when={judged().length > 0}
        fallback={
          <p class="card">
            Nothing was judged yet. A page is judged {props.limits.horizonS / 60} minutes after it was served, as far down as an event names
            one of its videos.
          </p>
        }
      >
        <div class="grid plots">
          <For each={judged()}>{(task) => <CalibrationPlot task={task} />}</For>
        </div>
        <p class="quiet">
          A point is of predictions near each other, the larger the more; its line is where the mean lies with 95 %, as if videos did not
          depend on each other. Below the diagonal less came than was predicted: those who are served are the ones about whom a model was
          too hopeful.
        </p>
      </Show>
    </>
  )
}

function ratioWithInterval({ actual, predicted, standardError }: TaskCalibration): string {
  const half = (1.96 * standardError) / predicted
  return `${number(actual / predicted)} (${number(Math.max(0, actual / predicted - half))} to ${number(actual / predicted + half)})`
}

const mean = ({ judged, task }: TaskCalibration, sum: number) => (Number(judged) > 0 ? formatOf(task)(sum / Number(judged)) : '–')

function State(props: { task: TaskCalibration }): JSX.Element {
  if (props.task.alarm) return <span class="bad">off</span>
  if (props.task.predictionAlarm) return <span class="warn">moved</span>
  return Number(props.task.judged) > 0 ? <span class="good">no alarm</span> : <span class="quiet">not judged</span>
}
