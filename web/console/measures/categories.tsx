import { createMemo, type JSX, Show } from 'solid-js'
import type { ListMeasuresResponse, ListMeasuresResponse_CategoryDays } from '../../generated/vireo/v1/console_now.ts'
import { Chart } from '../../shared/chart.tsx'
import { count, duration, share } from '../../shared/format.ts'
import { Table } from '../../shared/table.tsx'
import { categoryColumns, nameOf } from '../now/category-columns.tsx'
import { dayName } from './told.ts'

type Row = ListMeasuresResponse_CategoryDays

/** What was shown and done of each category in these days, and of one of them day by day. */
export function Categories(props: {
  answer: ListMeasuresResponse
  category: string | undefined
  choose: (category: string) => void
}): JSX.Element {
  const rows = () => props.answer.categories
  const chosen = createMemo(() => rows().find(({ category }) => nameOf(category) === props.category) ?? rows()[0])
  const cut = () => props.answer.categoriesTotal - rows().length
  return (
    <section id="categories" class="part" aria-labelledby="categories-title">
      <h2 id="categories-title">Categories</h2>
      <Show when={chosen()}>{(row) => <ByDay row={row()} days={props.answer.days} />}</Show>
      <Table
        caption={`Categories in these ${count(props.answer.days.length)} days; a video counts in each of its own`}
        rows={rows().map(totalOf)}
        columns={[
          {
            name: 'Category',
            cell: ({ category }) => (
              <button
                type="button"
                class="plain link"
                aria-pressed={category === chosen()?.category}
                onClick={() => props.choose(nameOf(category))}
              >
                {nameOf(category)}
              </button>
            ),
            sort: ({ category }) => category,
          },
          ...categoryColumns,
        ]}
        empty="Nothing was shown in these days."
      />
      <Show when={cut() > 0}>
        <p class="quiet">{count(cut())} more, with fewer impressions, are not shown.</p>
      </Show>
    </section>
  )
}

function ByDay(props: { row: Row; days: readonly string[] }): JSX.Element {
  const x = () => props.days.map((day) => Date.parse(day) / 1_000)
  /** Unknown where there was nothing that it is of. */
  const rate = (part: readonly string[], whole: readonly string[]) =>
    part.map((value, at) => (whole[at] === '0' ? null : Number(value) / Number(whole[at])))
  const outOf = (name: string, whole: readonly string[]) => ({ name, values: whole.map(Number), format: count, onlyTable: true })
  const ofDay = { utc: true, formatX: (s: number) => dayName(new Date(s * 1_000).toISOString().slice(0, 10)) }
  return (
    <div class="grid">
      <Chart
        title={`Click-through rate of ${nameOf(props.row.category)}`}
        about="Watches for each impression of the day. Live under Now."
        x={x()}
        {...ofDay}
        series={[
          { name: 'click-through rate', values: rate(props.row.watches, props.row.impressions) },
          outOf('impressions', props.row.impressions),
        ]}
        format={share}
      />
      <Chart
        title={`Watch time a play of ${nameOf(props.row.category)}`}
        about="Mean of all plays of the day, each at most ten minutes. Live under Now."
        x={x()}
        {...ofDay}
        series={[{ name: 'watch time', values: rate(props.row.watchMs, props.row.plays) }, outOf('plays', props.row.plays)]}
        format={duration}
      />
    </div>
  )
}

/** Of all days together, as it is told live. */
function totalOf({ category, ...days }: Row) {
  const all = (counts: readonly string[]) => String(counts.reduce((sum, count) => sum + Number(count), 0))
  return {
    category,
    impressions: all(days.impressions),
    plays: all(days.plays),
    watches: all(days.watches),
    watchMs: all(days.watchMs),
    likes: all(days.likes),
    dislikes: all(days.dislikes),
  }
}
