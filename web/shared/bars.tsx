import { For, type JSX } from 'solid-js'
import { Pictured } from './pictured.tsx'
import { Table } from './table.tsx'
import './bars.css'

interface BarsProps {
  readonly title: string
  /** What the bars count. */
  readonly about: string
  /** What stands under each group of bars. */
  readonly labels: readonly string[]
  /** Shares from 0 to 1, of all groups together; undefined where nothing is known. */
  readonly series: readonly { readonly name: string; readonly values: readonly number[] | undefined }[]
  readonly format: (value: number) => string
}

const height = 160
const top = 16
const bottom = 20

/** Distributions beside each other, with the same numbers as a table. */
export function Bars(props: BarsProps): JSX.Element {
  return (
    <Pictured
      title={props.title}
      about={props.about}
      table={
        <Table
          caption={props.title}
          rows={props.labels.map((label, at) => ({ label, at }))}
          columns={[
            { name: 'Value', cell: ({ label }) => label },
            ...props.series.map(({ name, values }) => ({
              name,
              cell: ({ at }: { at: number }) => (values === undefined ? '–' : props.format(values[at]!)),
              sort: ({ at }: { at: number }) => values?.[at] ?? -1,
            })),
          ]}
        />
      }
    >
      <Picture {...props} />
    </Pictured>
  )
}

function Picture(props: BarsProps): JSX.Element {
  const known = () => props.series.flatMap(({ name, values }, at) => (values === undefined ? [] : [{ name, values, at }]))
  const most = () => Math.max(...known().flatMap(({ values }) => values), Number.MIN_VALUE)
  // Many groups are narrower, and every second has a label.
  const areMany = () => props.labels.length > 14
  const groupWidth = () => (areMany() ? 38 : 60)
  const width = () => groupWidth() * Math.max(1, props.labels.length)
  const barWidth = () => (groupWidth() - 10) / Math.max(1, known().length)
  const barHeight = (value: number) => ((height - top - bottom) * value) / most()
  return (
    <>
      <ul class="legend">
        <For each={known()}>{({ at, name }) => <li data-series={at + 1}>{name}</li>}</For>
      </ul>
      <section class="bars-box" tabindex="0" aria-label={props.title}>
        <svg
          class="bars-picture"
          viewBox={`0 0 ${width()} ${height}`}
          width={width()}
          height={height}
          role="img"
          aria-label={`${props.title}: ${props.about}`}
        >
          <line x1={0} x2={width()} y1={height - bottom} y2={height - bottom} />
          <For each={props.labels}>
            {(label, group) => (
              <>
                <For each={known()}>
                  {({ at, name, values }, nth) => (
                    <rect
                      data-series={at + 1}
                      x={group() * groupWidth() + 5 + nth() * barWidth()}
                      y={height - bottom - barHeight(values[group()]!)}
                      width={Math.max(1, barWidth() - 2)}
                      height={barHeight(values[group()]!)}
                    >
                      <title>{`${name}, ${label}: ${props.format(values[group()]!)}`}</title>
                    </rect>
                  )}
                </For>
                <text x={(group() + 0.5) * groupWidth()} y={height - 6} text-anchor="middle">
                  {areMany() && group() % 2 === 1 ? '' : label}
                </text>
              </>
            )}
          </For>
          <text class="most" x={2} y={10}>
            {props.format(most())}
          </text>
        </svg>
      </section>
    </>
  )
}
