import { createMemo, type JSX } from 'solid-js'
import type { WatchResponse_Point } from '../../generated/vireo/v1/console_now.ts'
import { Chart } from '../../shared/chart.tsx'
import { duration, number, share } from '../../shared/format.ts'

type Point = WatchResponse_Point

const perS = (value: number) => `${number(value)}/s`
const clock = (x: number) => new Date(x * 1_000).toLocaleTimeString('en-GB')

/** The last ten minutes, a point every 5 s. */
export function Lines(props: { points: readonly Point[] }): JSX.Element {
  const x = createMemo(() => props.points.map(({ time }) => Date.parse(time!) / 1_000))
  const values = (value: (point: Point) => number | undefined) => props.points.map((point) => value(point) ?? null)
  const shareOf = (value: (point: Point) => number) =>
    values((point) => (point.feedsPerS === 0 ? undefined : value(point) / point.feedsPerS))
  return (
    <div class="grid">
      <Chart
        title="Feeds and events"
        about="pages answered, new events and failed calls, each a second"
        x={x()}
        formatX={clock}
        series={[
          { name: 'feeds', values: values(({ feedsPerS }) => feedsPerS) },
          { name: 'events', values: values(({ eventsPerS }) => eventsPerS) },
          { name: 'failed calls', values: values(({ errorsPerS }) => errorsPerS) },
        ]}
        format={perS}
      />
      <Chart
        title="Time of a feed"
        about="to make a page, of the minute before each point"
        x={x()}
        formatX={clock}
        series={[
          { name: 'p50', values: values(({ feedTime }) => feedTime?.p50Ms) },
          { name: 'p99', values: values(({ feedTime }) => feedTime?.p99Ms) },
        ]}
        format={duration}
      />
      <Chart
        title="Levels"
        about="share of the pages of each 5 s, by how much was ranked"
        x={x()}
        formatX={clock}
        series={[
          { name: 'full', values: shareOf(({ fullPerS }) => fullPerS) },
          { name: 'light ranking', values: shareOf(({ lightRankingPerS }) => lightRankingPerS) },
          { name: 'no ranking', values: shareOf(({ noRankingPerS }) => noRankingPerS) },
          { name: 'popular', values: shareOf(({ popularPerS }) => popularPerS) },
        ]}
        format={share}
      />
    </div>
  )
}
