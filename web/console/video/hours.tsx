import { createMemo, type JSX, Show } from 'solid-js'
import type { HourOfVideo, VideoCounts } from '../../generated/vireo/v1/console_video.ts'
import { Chart } from '../../shared/chart.tsx'
import { count } from '../../shared/format.ts'

const hourS = 3_600
const shown = 48
const lines = [
  ['Recommended', 'served'],
  ['Plays', 'plays'],
  ['Long views', 'longViews'],
  ['Likes', 'likes'],
  ['Skips', 'skips'],
] as const satisfies readonly (readonly [string, keyof VideoCounts])[]
const onlyInTable = [
  ['Watched 10 s', 'watched10s'],
  ['Finished', 'finishes'],
  ['Shares', 'shares'],
] as const satisfies readonly (readonly [string, keyof VideoCounts])[]

/** Counts of the last 48 hours. */
export function Hours(props: { hours: readonly HourOfVideo[]; asOf: string }): JSX.Element {
  const x = createMemo(() => {
    const last = Math.floor(Date.parse(props.asOf) / 1_000 / hourS)
    return Array.from({ length: shown }, (_, at) => (last - shown + 1 + at) * hourS)
  })
  const byStart = createMemo(() => new Map(props.hours.map(({ counts, start }) => [Date.parse(start!) / 1_000, counts!])))
  const series = () =>
    [...lines, ...onlyInTable].map(([name, field], at) => ({
      name,
      values: x().map((start) => byStart().get(start)?.[field] ?? 0),
      onlyTable: at >= lines.length,
    }))
  return (
    <Show
      when={props.hours.length > 0}
      fallback={
        <section class="card">
          <h2>By hour</h2>
          <p class="quiet">Nothing was counted in the last 48 hours.</p>
        </section>
      }
    >
      <Chart
        title="By hour"
        about="what came in each of the last 48 hours; the running hour is not over"
        x={x()}
        series={series()}
        format={count}
      />
    </Show>
  )
}
