import type { JSX } from 'solid-js'
import { createMemo, For, Show } from 'solid-js'
import type { CalibrationHistory } from '../../generated/vireo/v1/console_models.ts'
import { Chart } from '../../shared/chart.tsx'
import { count, number, time } from '../../shared/format.ts'
import { Table } from '../../shared/table.tsx'
import { formatOf } from './tasks.ts'

/** What the lake says by hour and by category. */
export function History(props: { history: CalibrationHistory; task: string; choose: (task: string) => void }): JSX.Element {
  const tasks = createMemo(() => [...new Set(props.history.hours.map(({ task }) => task))].sort())
  const task = () => (tasks().includes(props.task) ? props.task : (tasks().find((each) => each === 'long_view') ?? tasks()[0] ?? ''))
  const ofTask = createMemo(() => props.history.hours.filter((row) => row.task === task()))
  const models = createMemo(() => [...new Set(ofTask().map(({ model }) => model))].slice(-5))
  const hours = createMemo(() => [...new Set(ofTask().map(({ hour }) => Date.parse(hour!) / 1_000))].sort((a, b) => a - b))
  const categories = createMemo(() => props.history.categories.filter((row) => row.task === task()))
  return (
    <>
      <p class="quiet">
        From {time(props.history.from!)}, as far as the lake has it: until {time(props.history.until!)}.
      </p>
      <Show
        when={tasks().length > 0}
        fallback={<p class="card">In these hours no model ranked anything that people came to, as far as the lake has it.</p>}
      >
        <label class="narrow">
          Task
          <select value={task()} onChange={(event) => props.choose(event.currentTarget.value)}>
            <For each={tasks()}>{(each) => <option value={each}>{each}</option>}</For>
          </select>
        </label>
        <Chart
          title={`${task()}: came / predicted`}
          about="of the videos of an hour's pages; 1 is right"
          x={hours()}
          series={models().map((model) => {
            const byHour = new Map(ofTask().flatMap((row) => (row.model === model ? [[Date.parse(row.hour!) / 1_000, row] as const] : [])))
            return { name: model, values: hours().map((hour) => ratioOf(byHour.get(hour))) }
          })}
          format={number}
        />
        <Table
          caption={`${task()} by category, the furthest from chance first`}
          rows={categories()}
          empty="None of its categories is among the 300 that are furthest from chance."
          columns={[
            { name: 'Category', cell: ({ category }) => category, sort: ({ category }) => category },
            { name: 'Model', cell: ({ model }) => model, sort: ({ model }) => model },
            { name: 'Videos', cell: ({ judged }) => count(Number(judged)), sort: ({ judged }) => Number(judged) },
            {
              name: 'Predicted',
              about: 'Mean',
              cell: (row) => mean(row, row.predicted),
              sort: (row) => row.predicted / Number(row.judged),
            },
            { name: 'Came', about: 'Mean', cell: (row) => mean(row, row.actual), sort: (row) => row.actual / Number(row.judged) },
            { name: 'Came / predicted', cell: (row) => number(ratioOf(row)!), sort: (row) => ratioOf(row)! },
            {
              name: 'Standard errors',
              about: 'The difference in standard errors, of which pages are the draws; beyond 4 lie 6 of 100,000 by chance',
              cell: ({ standardErrors }) => (standardErrors === undefined ? '–' : number(standardErrors)),
              sort: ({ standardErrors }) => Math.abs(standardErrors ?? 0),
            },
          ]}
        />
        <Show when={props.history.categoriesTotal > props.history.categories.length}>
          <p class="quiet">
            {count(props.history.categories.length)} of {count(props.history.categoriesTotal)} pairs of task and category were sent.
          </p>
        </Show>
      </Show>
    </>
  )
}

const ratioOf = (row: { actual: number; predicted: number } | undefined) => (row === undefined ? null : row.actual / row.predicted)
const mean = ({ judged, task }: { judged: string; task: string }, sum: number) => formatOf(task)(sum / Number(judged))
