import { type JSX, Show } from 'solid-js'
import type { ListMeasuresResponse, ListMeasuresResponse_Row } from '../../generated/vireo/v1/console_now.ts'
import { count } from '../../shared/format.ts'
import { Table, type TableColumn } from '../../shared/table.tsx'
import { dayName } from './told.ts'

const columns: TableColumn<ListMeasuresResponse_Row>[] = [
  { name: 'By', cell: ({ dimension }) => dimension, sort: ({ dimension }) => dimension },
  { name: 'Which', cell: ({ dimension, name }) => name || nameless[dimension] || '', sort: ({ name }) => name },
  {
    name: 'Well watched or liked',
    about: 'In the 30 days up to the last day',
    cell: ({ gap, wellWatched }) => (
      <span classList={{ warn: gap }}>
        {count(Number(wellWatched))}
        {gap && ' – a gap'}
      </span>
    ),
    sort: ({ wellWatched }) => Number(wellWatched),
  },
  { name: 'Videos', about: 'That may be shown now', cell: ({ videos }) => count(Number(videos)), sort: ({ videos }) => Number(videos) },
]

const nameless: Readonly<Record<string, string>> = { language: 'for any language', country: 'everywhere', category: 'none' }

/** Where there is too little that people liked to watch. */
export function Inventory(props: { answer: ListMeasuresResponse }): JSX.Element {
  const rows = () => props.answer.inventory?.rows ?? []
  const cut = () => (props.answer.inventory?.rowsTotal ?? 0) - rows().length
  return (
    <section id="inventory" aria-labelledby="inventory-title">
      <h2 id="inventory-title">Inventory</h2>
      <p class="quiet">
        Videos that may be shown, and those of them that were well watched or liked in the 30 days up to{' '}
        {dayName(props.answer.days.at(-1)!)}. With fewer than {props.answer.inventory?.enough ?? 0} of these, a language, country or
        category has a gap.
      </p>
      <Table caption="Inventory, the worst gaps first" rows={rows()} columns={columns} empty="There are no videos." />
      <Show when={cut() > 0}>
        <p class="quiet">{count(cut())} more rows, with more such videos, are not shown.</p>
      </Show>
    </section>
  )
}
