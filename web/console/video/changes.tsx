import type { JSX } from 'solid-js'
import type { VideoChange } from '../../generated/vireo/v1/console_video.ts'
import { time } from '../../shared/format.ts'
import { Table } from '../../shared/table.tsx'
import { State } from './links.tsx'

/** Who took it down, restored or removed it, and why. */
export function Changes(props: { changes: readonly VideoChange[] }): JSX.Element {
  return (
    <Table
      caption="Takedowns and restores, the latest first"
      rows={props.changes}
      empty="It was never taken down, restored or removed."
      columns={[
        { name: 'Time', cell: (change) => time(change.time!), sort: (change) => change.time! },
        { name: 'To', cell: ({ state }) => <State state={state} /> },
        { name: 'Reason', cell: ({ reason }) => reason || 'none was given' },
        {
          name: 'By',
          about: 'The id of a key, or “operator” for a command on the server’s machine',
          cell: ({ by }) => by || 'no key was asked for',
        },
      ]}
    />
  )
}
