import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import type { FlowCounts, InspectExplorationResponse } from '../../generated/vireo/v1/console_video.ts'
import { count, share } from '../../shared/format.ts'
import { Table, type TableColumn } from '../../shared/table.tsx'
import { bucketWord } from '../video/words.ts'

type Row = InspectExplorationResponse['categories'][number]

/** The flow of each category. */
export function Categories(props: { answer: InspectExplorationResponse }): JSX.Element {
  const shown = () => props.answer.categories.length
  const caption = () =>
    props.answer.categoriesTotal > shown()
      ? `The ${shown()} of ${count(props.answer.categoriesTotal)} categories with most videos in buckets`
      : 'By category; a video counts in each of its own'
  return (
    <Table
      caption={caption()}
      rows={props.answer.categories}
      empty="No video of the last 30 days is cleared."
      columns={[
        {
          name: 'Category',
          cell: ({ category }) => (category === '' ? 'none' : <A href={`/video?category=${encodeURIComponent(category)}`}>{category}</A>),
          sort: ({ category }) => category,
        },
        counted('New', 'Cleared videos of the last 30 days', ({ videos }) => videos),
        ...props.answer.buckets
          .map(bucketWord)
          .map((name, at) => counted(name, `In the bucket for ${name}`, ({ fresh, older }) => (fresh[at] ?? 0) + (older[at] ?? 0))),
        counted('Promoted', 'Watched as much as the category', ({ promoted }) => promoted),
        counted('Retired', 'Watched less than the category', ({ retired }) => retired),
        counted('Left', `Recommended ${count(props.answer.mostServed)} times without enough plays`, ({ left }) => left),
        {
          name: 'Watch rate',
          about: 'Of all plays of the category, how many last 10 s',
          cell: ({ rate }) => share(rate),
          sort: ({ rate }) => rate,
        },
      ]}
    />
  )
}

function counted(name: string, about: string, of: (counts: FlowCounts) => number): TableColumn<Row> {
  return { name, about, cell: ({ counts }) => count(of(counts!)), sort: ({ counts }) => of(counts!) }
}
