import { createEffect, createSignal, type JSX, onCleanup, onMount, Show } from 'solid-js'
import Plot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { Table } from './table.tsx'

export interface Series {
  readonly name: string
  readonly values: readonly (number | null)[]
}

interface ChartProps {
  readonly title: string
  /** What the numbers count, and in which unit. */
  readonly about: string
  /** The x axis: times in s, or plain numbers where `plain` is set. */
  readonly x: readonly number[]
  readonly plain?: boolean
  readonly series: readonly Series[]
  readonly format: (value: number) => string
  /** px. */
  readonly height?: number
}

const colours = ['--series-1', '--series-2', '--series-3', '--series-4', '--series-5']

/** Lines over time, with the same numbers as a table. */
export function Chart(props: ChartProps): JSX.Element {
  const [asTable, setAsTable] = createSignal(false)
  return (
    <figure class="chart">
      <figcaption>
        <strong>{props.title}</strong>
        <span class="quiet">{props.about}</span>
        <button type="button" class="plain" aria-pressed={asTable()} onClick={() => setAsTable(!asTable())}>
          {asTable() ? 'Picture' : 'Table'}
        </button>
      </figcaption>
      <Show when={asTable()} fallback={<Lines {...props} />}>
        <Table
          caption={props.title}
          rows={props.x.map((x, at) => ({ x, at })).toReversed()}
          columns={[
            { name: props.plain ? 'x' : 'Time', cell: ({ x }) => labelOf(x, props.plain), sort: ({ x }) => x },
            ...props.series.map(({ name, values }) => ({
              name,
              cell: ({ at }: { at: number }) => (values[at] == null ? '–' : props.format(values[at])),
              sort: ({ at }: { at: number }) => values[at] ?? Number.NEGATIVE_INFINITY,
            })),
          ]}
        />
      </Show>
    </figure>
  )
}

function Lines(props: ChartProps): JSX.Element {
  let box!: HTMLDivElement
  onMount(() => {
    const style = getComputedStyle(box)
    const colour = (name: string) => style.getPropertyValue(name)
    const axis = { stroke: colour('--quiet'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false }, font: '12px system-ui' }
    const height = props.height ?? 180
    const plot = new Plot(
      {
        width: box.clientWidth,
        height,
        scales: { x: { time: !props.plain } },
        series: [
          props.plain ? {} : { value: (_, at) => (at == null ? '–' : labelOf(at)) },
          ...props.series.map(({ name }, at) => ({
            label: name,
            stroke: colour(colours[at % colours.length]!),
            width: 1.5,
            points: { show: false },
            value: (_: Plot, value: number | null) => (value == null ? '–' : props.format(value)),
          })),
        ],
        axes: [axis, { ...axis, size: 64, values: (_, ticks) => ticks.map((tick) => props.format(tick)) }],
      },
      data(),
      box,
    )
    createEffect(() => plot.setData(data()))
    const resized = new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height }))
    resized.observe(box)
    onCleanup(() => {
      resized.disconnect()
      plot.destroy()
    })
  })
  const data = () => [props.x, ...props.series.map(({ values }) => values)] as unknown as Plot.AlignedData
  return <div class="lines" role="img" aria-label={`${props.title}: ${props.about}`} ref={box} />
}

const labelOf = (x: number, plain?: boolean): string => (plain ? String(x) : new Date(x * 1_000).toLocaleString('en-GB'))
