import { type JSX, Show } from 'solid-js'
import type { WatchResponse, WatchResponse_Run, WatchResponse_Stage } from '../../generated/vireo/v1/console_now.ts'
import { count, duration } from '../../shared/format.ts'
import { Table, type TableColumn } from '../../shared/table.tsx'
import { categoryColumns, nameOf } from './category-columns.tsx'

const ms = (value: number | undefined) => (value === undefined ? '–' : duration(value))
const of = (value: number | undefined) => value ?? -1

/** Columns of how stages ran; which of their two runs is told by `run`. */
export const stageColumns = (run: (stage: WatchResponse_Stage) => WatchResponse_Run | undefined): TableColumn<WatchResponse_Stage>[] => [
  { name: 'Stage', cell: ({ name }) => name, sort: ({ name }) => name },
  { name: 'Kind', cell: ({ kind }) => kind },
  {
    name: 'Runs',
    about: 'Feeds for which it ran',
    cell: (stage) => count(Number(run(stage)?.time?.count ?? 0)),
    sort: (stage) => Number(run(stage)?.time?.count ?? 0),
  },
  {
    name: 'p50',
    about: 'Half of its runs take at most this',
    cell: (stage) => ms(run(stage)?.time?.p50Ms),
    sort: (stage) => of(run(stage)?.time?.p50Ms),
  },
  {
    name: 'p99',
    about: '99 % of its runs take at most this',
    cell: (stage) => ms(run(stage)?.time?.p99Ms),
    sort: (stage) => of(run(stage)?.time?.p99Ms),
  },
  {
    name: 'Kept',
    about: 'Candidates that it kept or brought, in all its runs',
    cell: (stage) => count(Number(run(stage)?.kept ?? 0)),
    sort: (stage) => Number(run(stage)?.kept ?? 0),
  },
  {
    name: 'Removed',
    about: 'Candidates that it removed, in all its runs',
    cell: (stage) => count(Number(run(stage)?.removed ?? 0)),
    sort: (stage) => Number(run(stage)?.removed ?? 0),
  },
  {
    name: 'Failed',
    about: 'Times that it failed or was too slow',
    cell: (stage) => <span classList={{ bad: run(stage)?.failed !== '0' }}>{count(Number(run(stage)?.failed ?? 0))}</span>,
    sort: (stage) => Number(run(stage)?.failed ?? 0),
  },
]

export function Stages(props: { now: WatchResponse }): JSX.Element {
  return <Table caption="Stages of the feed, in the last minute" rows={props.now.stages} columns={stageColumns(({ minute }) => minute)} />
}

export function Categories(props: { now: WatchResponse }): JSX.Element {
  const cut = () => props.now.categoriesTotal - props.now.categories.length
  return (
    <div>
      <Table
        caption="Categories in the last hour; a video counts in each of its own"
        rows={props.now.categories}
        columns={[{ name: 'Category', cell: ({ category }) => nameOf(category), sort: ({ category }) => category }, ...categoryColumns]}
        empty="Nothing was shown in the last hour."
      />
      <Show when={cut() > 0}>
        <p class="quiet">{count(cut())} more, with fewer impressions, are not shown.</p>
      </Show>
    </div>
  )
}
