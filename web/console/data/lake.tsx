import type { JSX } from 'solid-js'
import { For, Show } from 'solid-js'
import type { InspectDataResponse, LogExtent } from '../../generated/vireo/v1/console_data.ts'
import { bytes, count, duration, time } from '../../shared/format.ts'
import { Table } from '../../shared/table.tsx'
import { Figure } from '../figure.tsx'

/** What the lake has, and how far it is behind the log. */
export function LakeState(props: { answer: InspectDataResponse }): JSX.Element {
  const lake = () => props.answer.lake
  const sum = (of: (table: InspectDataResponse['tables'][number]) => string) =>
    props.answer.tables.reduce((total, table) => total + Number(of(table)), 0)
  return (
    <section class="part">
      <h2>The lake</h2>
      <Show when={lake()} fallback={<p class="card">There is no lake: the setting `lake.enabled` has the log written as Parquet.</p>}>
        {(lake) => (
          <>
            <dl class="figures">
              <Figure name="Rows" about="in all tables">
                {count(sum(({ rows }) => rows))}
              </Figure>
              <Figure name="Size" about="of all files, compressed">
                {bytes(sum((table) => table.bytes))}
              </Figure>
              <Figure name="Behind the log" about={behindWords(lake().written, lake().failing)}>
                <span classList={{ bad: lake().failing }}>{count(Number(lake().behindRecords))}</span>
              </Figure>
              <Figure name="Last commit" about={`version ${count(Number(lake().version))}; what came later is not in it`}>
                <span class="moment">{lake().committed ? time(lake().committed!) : 'never'}</span>
              </Figure>
            </dl>
            <Show when={lake().troublesTotal > 0}>
              <section class="card">
                <h3 class="bad">{count(lake().troublesTotal)} troubles need eyes</h3>
                <ul>
                  <For each={lake().troubles}>{(trouble) => <li>{trouble}</li>}</For>
                </ul>
              </section>
            </Show>
            <Table
              caption="Tables"
              rows={props.answer.tables}
              columns={[
                { name: 'Table', cell: ({ table }) => table, sort: ({ table }) => table },
                {
                  name: 'Partitions',
                  about: 'Hours with rows',
                  cell: ({ partitions }) => count(partitions),
                  sort: ({ partitions }) => partitions,
                },
                { name: 'Files', cell: ({ files }) => count(files), sort: ({ files }) => files },
                { name: 'Rows', cell: ({ rows }) => count(Number(rows)), sort: ({ rows }) => Number(rows) },
                { name: 'Size', cell: (table) => bytes(Number(table.bytes)), sort: (table) => Number(table.bytes) },
                {
                  name: 'Behind',
                  about: 'Records of the log that are not in it yet',
                  cell: ({ behind }) => count(Number(behind)),
                  sort: ({ behind }) => Number(behind),
                },
                {
                  name: 'Duplicates',
                  about: 'Records that were left out because they were there before',
                  cell: ({ duplicates }) => count(Number(duplicates)),
                  sort: ({ duplicates }) => Number(duplicates),
                },
              ]}
            />
          </>
        )}
      </Show>
    </section>
  )
}

function behindWords(written: boolean, failing: boolean): string {
  if (failing) return 'records: writing fails, see the log of the server'
  return written ? 'records that wait for the next commit' : 'records: this server writes no lake'
}

/** What the log still holds. */
export function LogState(props: { answer: InspectDataResponse }): JSX.Element {
  const held = ({ end, first }: LogExtent) => Number(end) - Number(first)
  return (
    <section class="part">
      <h2>The log</h2>
      <p class="quiet">
        It keeps {duration(props.answer.logKeepHours * 3_600_000)} at least, and what is neither in the lake nor in the saved state; it
        takes up at most {bytes(Number(props.answer.logMaxBytes))}.
      </p>
      <Table
        caption="Topics"
        rows={props.answer.log}
        columns={[
          { name: 'Topic', cell: ({ topic }) => topic, sort: ({ topic }) => topic },
          { name: 'Partition', cell: ({ partition }) => partition, sort: ({ partition }) => partition },
          { name: 'Records', about: 'That it holds now', cell: (extent) => count(held(extent)), sort: held },
          { name: 'From', about: 'Offset of the first', cell: ({ first }) => first, sort: ({ first }) => Number(first) },
          { name: 'To', about: 'Offset of the next', cell: ({ end }) => end, sort: ({ end }) => Number(end) },
        ]}
      />
    </section>
  )
}
