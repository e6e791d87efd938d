import { A } from '@solidjs/router'
import { type JSX, Show } from 'solid-js'
import type { ShownOnce, ShownPart, VideoShown } from '../../generated/vireo/v1/console_video.ts'
import { count, number, share, time } from '../../shared/format.ts'
import { Table } from '../../shared/table.tsx'

/** Where a video was shown, from the lake. */
export function Shown(props: { shown: VideoShown | undefined; problem: string }): JSX.Element {
  return (
    <section class="part" aria-labelledby="shown">
      <h2 id="shown">Where it was shown</h2>
      <Show when={props.shown} fallback={<p class="quiet">Unknown. {props.problem}</p>}>
        {(shown) => (
          <Show when={shown().until} fallback={<p class="quiet">No page is in the lake yet.</p>}>
            <p>
              On pages {count(Number(shown().times))} times, {count(Number(shown().explored))} of them placed by exploration. Counted are
              pages from {time(shown().from!)} until {time(shown().until!)}; what came later is not in the lake yet.
            </p>
            <div class="grid">
              <Parts name="Source" rows={shown().bySource} times={Number(shown().times)} />
              <Parts name="Surface" rows={shown().bySurface} times={Number(shown().times)} />
              <Parts name="Position" rows={shown().byPosition} times={Number(shown().times)} />
            </div>
            <Last rows={shown().last} />
          </Show>
        )}
      </Show>
    </section>
  )
}

function Parts(props: { name: string; rows: readonly ShownPart[]; times: number }): JSX.Element {
  const isPosition = () => props.name === 'Position'
  return (
    <Table
      caption={`By ${props.name.toLowerCase()}`}
      rows={props.rows}
      columns={[
        {
          name: props.name,
          ...(isPosition() && { about: 'On the page, from 1' }),
          cell: ({ name }) => (name === '' ? 'unknown' : isPosition() ? Number(name) + 1 : name),
          sort: ({ name }) => (isPosition() ? Number(name) : name),
        },
        { name: 'Times', cell: ({ times }) => count(Number(times)), sort: ({ times }) => Number(times) },
        { name: 'Share', cell: ({ times }) => share(Number(times) / props.times), sort: ({ times }) => Number(times) },
      ]}
    />
  )
}

function Last(props: { rows: readonly ShownOnce[] }): JSX.Element {
  return (
    <Table
      caption={`The last ${count(props.rows.length)} times`}
      rows={props.rows}
      empty="Never, as far as the lake knows."
      columns={[
        { name: 'Time', cell: (row) => time(row.time!), sort: (row) => row.time! },
        {
          name: 'Person',
          cell: ({ userid }) => <A href={`/person/${encodeURIComponent(userid)}`}>{userid}</A>,
          sort: ({ userid }) => userid,
        },
        { name: 'Source', cell: ({ imported, source }) => source || (imported ? 'imported' : 'unknown'), sort: ({ source }) => source },
        { name: 'Surface', cell: ({ surface }) => surface || 'unknown', sort: ({ surface }) => surface },
        {
          name: 'Position',
          about: 'On the page, from 1',
          cell: ({ position }) => (position === undefined ? 'unknown' : position + 1),
          sort: ({ position }) => position ?? -1,
        },
        {
          name: 'Explored',
          about: 'The chance with which exploration placed it',
          cell: ({ propensity }) => (propensity > 0 ? `1 in ${number(1 / propensity)}` : 'no'),
          sort: ({ propensity }) => propensity,
        },
        { name: 'Reason', cell: ({ reason }) => reason || '–' },
      ]}
    />
  )
}
