import { For, type JSX, Show } from 'solid-js'
import type { ListMeasuresResponse } from '../../generated/vireo/v1/console_now.ts'
import { Chart } from '../../shared/chart.tsx'
import { count } from '../../shared/format.ts'
import { dayName, told } from './told.ts'

/** A chart a measure, with its definition and the limit where it has one. */
export function MeasureCharts(props: { answer: ListMeasuresResponse }): JSX.Element {
  const x = () => props.answer.days.map((day) => Date.parse(day) / 1_000)
  return (
    <div class="grid">
      <For each={props.answer.measures}>
        {({ limit, live, meaning, title, unit, values }) => (
          <Show
            when={values.some(({ value }) => value !== undefined)}
            fallback={
              <section class="card">
                <strong>{title}</strong> <span class="quiet">{meaning}</span>
                <p class="nothing">Not known of any of these days.</p>
              </section>
            }
          >
            <Chart
              title={title}
              about={`${meaning}${live === '' ? '' : ' Live under Now.'}`}
              x={x()}
              utc
              formatX={(s) => dayName(new Date(s * 1_000).toISOString().slice(0, 10))}
              series={[
                { name: title, values: values.map(({ value }) => value ?? null) },
                ...(limit === undefined ? [] : [{ name: `limit ${told(unit, limit)}`, values: values.map(() => limit) }]),
                ...(values.some(({ outOf }) => outOf !== undefined)
                  ? [
                      {
                        name: 'out of',
                        values: values.map(({ outOf }) => (outOf === undefined ? null : Number(outOf))),
                        format: count,
                        onlyTable: true,
                      },
                    ]
                  : []),
              ]}
              format={(value) => told(unit, value)}
            />
          </Show>
        )}
      </For>
    </div>
  )
}
