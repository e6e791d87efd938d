import { For, type JSX } from 'solid-js'
import type { TaskCalibration } from '../../generated/vireo/v1/console_models.ts'
import { count, number } from '../../shared/format.ts'
import { Pictured } from '../../shared/pictured.tsx'
import { Table } from '../../shared/table.tsx'
import { formatOf, meaningOf } from './tasks.ts'

const size = 260
const edge = { left: 52, bottom: 34, top: 8, right: 10 }
const [width, height] = [size - edge.left - edge.right, size - edge.top - edge.bottom]

/** What came of predictions near each other: right ones lie on the diagonal. */
export function CalibrationPlot(props: { task: TaskCalibration }): JSX.Element {
  const format = () => formatOf(props.task.task)
  const about = () => {
    const ratio = props.task.actual / props.task.predicted
    const slope = props.task.slope === undefined ? '' : `, slope ${number(props.task.slope)}`
    return `${count(Number(props.task.judged))} judged, ${number(ratio)} came for each 1 predicted${slope}`
  }
  return (
    <Pictured
      title={props.task.task}
      meaning={meaningOf(props.task.task)}
      about={about()}
      table={
        <Table
          caption={`${props.task.task}: predictions near each other`}
          rows={props.task.bins}
          columns={[
            { name: 'Predicted', about: 'Mean', cell: ({ predicted }) => format()(predicted), sort: ({ predicted }) => predicted },
            { name: 'Came', about: 'Mean', cell: ({ actual }) => format()(actual), sort: ({ actual }) => actual },
            { name: '95 %', cell: ({ high, low }) => `${format()(low)} to ${format()(high)}` },
            { name: 'Videos', cell: ({ judged }) => count(Number(judged)), sort: ({ judged }) => Number(judged) },
          ]}
        />
      }
    >
      <Points task={props.task} />
    </Pictured>
  )
}

function Points(props: { task: TaskCalibration }): JSX.Element {
  // Bins of few videos have wide intervals, which are cut off where the means end.
  const most = () => 1.15 * Math.max(...props.task.bins.flatMap(({ actual, predicted }) => [actual, predicted]))
  const mostJudged = () => Math.max(...props.task.bins.map(({ judged }) => Number(judged)))
  const x = (value: number) => edge.left + (width * Math.min(value, most())) / most()
  const y = (value: number) => edge.top + height - (height * Math.min(value, most())) / most()
  const ticks = () => [0, 0.5, 1].map((part) => (part * most()) / 1.15)
  const format = () => formatOf(props.task.task)
  return (
    <svg
      class="plot"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={`${props.task.task}: what came, by what was predicted, with the diagonal on which right predictions lie`}
    >
      <For each={ticks()}>
        {(tick) => (
          <>
            <line class="grid-line" x1={x(tick)} x2={x(tick)} y1={edge.top} y2={edge.top + height} />
            <line class="grid-line" x1={edge.left} x2={edge.left + width} y1={y(tick)} y2={y(tick)} />
            <text x={x(tick)} y={edge.top + height + 14} text-anchor="middle">
              {format()(tick)}
            </text>
            <text x={edge.left - 6} y={y(tick) + 4} text-anchor="end">
              {format()(tick)}
            </text>
          </>
        )}
      </For>
      <line class="diagonal" x1={x(0)} y1={y(0)} x2={x(most())} y2={y(most())} />
      <For each={props.task.bins}>
        {(bin) => (
          <g class="point">
            <line x1={x(bin.predicted)} x2={x(bin.predicted)} y1={y(bin.low)} y2={y(bin.high)} />
            <circle cx={x(bin.predicted)} cy={y(bin.actual)} r={2 + 4 * Math.sqrt(Number(bin.judged) / mostJudged())} />
          </g>
        )}
      </For>
      <text class="axis" x={edge.left + width / 2} y={size - 4} text-anchor="middle">
        predicted
      </text>
      <text class="axis" x={edge.left + 4} y={edge.top + 10}>
        came
      </text>
    </svg>
  )
}
