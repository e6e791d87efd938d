import { A } from '@solidjs/router'
import { For, type JSX, Show } from 'solid-js'
import type { DataDay, DataPartition, InspectDataResponse } from '../../generated/vireo/v1/console_data.ts'
import { bytes, count } from '../../shared/format.ts'
import { Table } from '../../shared/table.tsx'

const hours = Array.from({ length: 24 }, (_, hour) => hour)
/** The worst first. */
const states = ['failed', 'warned', 'changed', 'unchecked', 'passed', ''] as const
const words: Readonly<Record<string, string>> = { '': 'has no checks', changed: 'changed since it was checked' }

/** The days of the lake, and the hours of one of them. */
export function Partitions(props: { answer: InspectDataResponse }): JSX.Element {
  return (
    <section class="part">
      <h2>Partitions</h2>
      <Table
        caption={`Days (UTC), the newest first${props.answer.daysTotal > props.answer.days.length ? `: ${props.answer.days.length} of ${count(props.answer.daysTotal)}` : ''}`}
        rows={props.answer.days}
        empty="The lake has no rows yet."
        columns={[
          {
            name: 'Day',
            cell: ({ date }) => (
              <A class="unbroken" href={`/data?date=${date}`} noScroll aria-current={date === props.answer.date ? 'true' : undefined}>
                {date}
              </A>
            ),
            sort: ({ date }) => date,
          },
          { name: 'Rows', cell: ({ rows }) => count(Number(rows)), sort: ({ rows }) => Number(rows) },
          { name: 'Size', cell: (day) => bytes(Number(day.bytes)), sort: (day) => Number(day.bytes) },
          { name: 'Files', cell: ({ files }) => count(files), sort: ({ files }) => files },
          ...(['failed', 'warned', 'passed', 'unchecked'] as const).map((state) => ({
            name: state[0]!.toUpperCase() + state.slice(1),
            about:
              state === 'unchecked'
                ? 'Hours of checked tables without a check, or changed since'
                : 'Hours of tables, by what the checks said',
            cell: (day: DataDay) => <span class={day[state] > 0 ? colourOf(state) : ''}>{count(day[state])}</span>,
            sort: (day: DataDay) => day[state],
          })),
        ]}
      />
      <Show when={props.answer.date}>
        {(date) => (
          <>
            <h3>{date()} by hour (UTC)</h3>
            <Grid partitions={props.answer.partitions} />
            <p class="quiet">
              <span class="bad">failed</span>, <span class="warn">warned</span>, <span class="good">passed</span>, grey: not checked or
              changed since, dashed: no rows.
            </p>
            <Table
              caption={`Partitions of ${date()}`}
              rows={props.answer.partitions}
              columns={[
                { name: 'Hour', about: 'UTC', cell: ({ hour }) => clock(hour), sort: ({ hour }) => hour },
                { name: 'Table', cell: ({ table }) => table, sort: ({ table }) => table },
                {
                  name: 'State',
                  cell: ({ state }) => <span class={colourOf(state)}>{words[state] ?? state}</span>,
                  sort: ({ state }) => String(states.indexOf(state as 'failed')),
                },
                { name: 'Rows', cell: ({ rows }) => count(Number(rows)), sort: ({ rows }) => Number(rows) },
                { name: 'Size', cell: (partition) => bytes(Number(partition.bytes)), sort: (partition) => Number(partition.bytes) },
                { name: 'Files', cell: ({ files }) => count(files), sort: ({ files }) => files },
              ]}
            />
          </>
        )}
      </Show>
    </section>
  )
}

/** A table a row, an hour a field: what is missing is seen at once. The table below has the same in words. */
function Grid(props: { partitions: readonly DataPartition[] }): JSX.Element {
  const tables = () => [...new Set(props.partitions.map(({ table }) => table))].sort()
  const at = (table: string, hour: number) => props.partitions.find((each) => each.table === table && each.hour === hour)
  return (
    <div class="hours" role="img" aria-label="Hours by table and state; the table below has the same">
      <For each={tables()}>
        {(table) => (
          <>
            <span>{table}</span>
            <For each={hours}>
              {(hour) => (
                <i
                  classList={{
                    there: at(table, hour) !== undefined,
                    [at(table, hour)?.state ?? '']: (at(table, hour)?.state ?? '') !== '',
                  }}
                  title={fieldTitle(table, hour, at(table, hour))}
                />
              )}
            </For>
          </>
        )}
      </For>
      <span />
      <For each={hours}>{(hour) => <small>{hour % 6 === 0 ? String(hour).padStart(2, '0') : ''}</small>}</For>
    </div>
  )
}

const clock = (hour: number) => `${String(hour).padStart(2, '0')}:00`

function fieldTitle(table: string, hour: number, partition: DataPartition | undefined): string {
  if (partition === undefined) return `${table}, ${clock(hour)}: no rows`
  return `${table}, ${clock(hour)}: ${count(Number(partition.rows))} rows, ${words[partition.state] ?? partition.state}`
}

function colourOf(state: string): string {
  if (state === 'failed') return 'bad'
  if (state === 'warned') return 'warn'
  return state === 'passed' ? 'good' : 'quiet'
}
