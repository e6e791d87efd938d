import { createEffect, createMemo, type JSX, onCleanup, onMount, untrack } from 'solid-js'
import Plot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { colourOf } from './look.ts'
import { Pictured } from './pictured.tsx'
import { Table } from './table.tsx'

export interface Series {
  readonly name: string
  readonly values: readonly (number | null)[]
  /** Where it is told otherwise than the others. */
  readonly format?: (value: number) => string
  /** Only the table has it, such as what a share is out of. */
  readonly onlyTable?: boolean
}

interface ChartProps {
  readonly title: string
  /** What the numbers count, and in which unit. */
  readonly about: string
  /** The x axis: times in s, or plain numbers where `plain` is set. */
  readonly x: readonly number[]
  readonly plain?: boolean
  /** Times are those of days in UTC. */
  readonly utc?: boolean
  readonly series: readonly Series[]
  readonly format: (value: number) => string
  /** How a time is told: date and time where nothing is given. */
  readonly formatX?: (x: number) => string
  /** px. */
  readonly height?: number
}

/** Above and below the lines, as a share of what they span: as uPlot has it by itself. */
const margin = 0.1
/** With more points than this they would hide the line. */
const mostPoints = 32

/** By the least step in s: what a tick says, and what more where the year or the day changes. */
const timeTicks = (
  [
    [86_400 * 28, '{MMM}', '\n{YYYY}', null],
    [86_400, '{D} {MMM}', '\n{YYYY}', null],
    [60, '{HH}:{mm}', '\n{D} {MMM}', '\n{D} {MMM}'],
    [0, '{HH}:{mm}:{ss}', '\n{D} {MMM}', '\n{D} {MMM}'],
  ] as const
).map(([step, tick, ofYear, ofDay]) => [step, tick, ofYear, null, ofDay, null, null, null, 1])

type Range = [from: number | null, to: number | null]

/** A lone point stands in the middle of an hour: by itself, uPlot shows three years. */
const rangeOfTime = (first: number | null, last: number | null): Range =>
  first === null || last === null || first < last ? [first, last] : [first - 1_800, last + 1_800]

/** By itself, uPlot goes up to 100 where all is 0, which for shares is ten thousand percent. */
function rangeOfValues(least: number | null, most: number | null): Range {
  if (least === null || most === null) return [null, null]
  return least === 0 && most === 0 ? [0, 1] : Plot.rangeNum(least, most, margin, true)
}

const tellNewest = (plot: Plot) => plot.setLegend({ idx: plot.data[0].length - 1 }, false)

const colours = ['--series-1', '--series-2', '--series-3', '--series-4', '--series-5']

/** Lines over time, with the same numbers as a table. */
export function Chart(props: ChartProps): JSX.Element {
  return (
    <Pictured
      title={props.title}
      about={props.about}
      table={
        <Table
          caption={props.title}
          rows={props.x.map((x, at) => ({ x, at })).toReversed()}
          columns={[
            { name: props.plain ? 'x' : 'Time', cell: ({ x }) => labelOf(x, props), sort: ({ x }) => x },
            ...props.series.map(({ name, values, format = props.format }) => ({
              name,
              cell: ({ at }: { at: number }) => (values[at] == null ? '–' : format(values[at])),
              sort: ({ at }: { at: number }) => values[at] ?? Number.NEGATIVE_INFINITY,
            })),
          ]}
        />
      }
    >
      <Lines {...props} />
    </Pictured>
  )
}

function Lines(props: ChartProps): JSX.Element {
  let box!: HTMLDivElement
  const drawn = () => props.series.filter(({ onlyTable }) => !onlyTable)
  const data = () => [props.x, ...drawn().map(({ values }) => values)] as unknown as Plot.AlignedData
  const height = () => props.height ?? 180
  const names = createMemo(() => drawn().map(({ name }) => name), [], { equals: (a, b) => a.join() === b.join() })
  onMount(() =>
    // Made anew in other colours, or of other series.
    createEffect(() => {
      const axis = {
        stroke: colourOf('--quiet'),
        grid: { stroke: colourOf('--line'), width: 1 },
        ticks: { show: false },
        font: '12px system-ui',
      }
      const plot = new Plot(
        {
          width: box.clientWidth,
          height: height(),
          scales: {
            x: {
              time: !props.plain,
              ...(!props.plain && { range: (_: Plot, first: number | null, last: number | null) => rangeOfTime(first, last) }),
            },
            y: { range: (_, least, most) => rangeOfValues(least, most) },
          },
          ...(props.utc && { tzDate: (s: number) => Plot.tzDate(new Date(s * 1_000), 'UTC') }),
          // Where nobody points at anything, the newest values are told.
          hooks: { setCursor: [(plot) => plot.cursor.idx == null && tellNewest(plot)] },
          series: [
            props.plain ? {} : { value: (_, x) => (x == null ? '–' : labelOf(x, props)) },
            ...names().map((label, at) => ({
              label,
              stroke: colourOf(colours[at % colours.length]!),
              width: 1.5,
              // What stands alone has no line.
              points: { show: ({ data }: Plot) => data[0].length <= mostPoints, size: 5 },
              value: (_: Plot, value: number | null) => (value == null ? '–' : props.format(value)),
            })),
          ],
          axes: [
            { ...axis, ...(!props.plain && { values: timeTicks }) },
            { ...axis, size: 64, values: (_, ticks) => ticks.map((tick) => props.format(tick)) },
          ],
        },
        untrack(data),
        box,
      )
      createEffect(() => {
        plot.setData(data())
        if (plot.cursor.idx == null) tellNewest(plot)
      })
      const resized = new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height: height() }))
      resized.observe(box)
      onCleanup(() => {
        resized.disconnect()
        plot.destroy()
      })
    }),
  )
  return <div class="lines" role="img" aria-label={`${props.title}: ${props.about}`} ref={box} />
}

function labelOf(x: number, { formatX, plain }: Pick<ChartProps, 'formatX' | 'plain'>): string {
  if (formatX !== undefined) return formatX(x)
  return plain ? String(x) : new Date(x * 1_000).toLocaleString('en-GB')
}
