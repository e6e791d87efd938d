import type { JSX } from 'solid-js'
import type { InspectDataResponse } from '../../generated/vireo/v1/console_data.ts'
import { count, time } from '../../shared/format.ts'
import { Table } from '../../shared/table.tsx'

/** Events that were refused, by reason. */
export function Refused(props: { answer: InspectDataResponse }): JSX.Element {
  return (
    <section class="part">
      <h2>Refused events</h2>
      <p class="quiet">Since this server started. Of what a refused event said, nothing is kept but the reason.</p>
      <div class="grid wide">
        <Table
          caption="By reason"
          rows={props.answer.refused}
          empty="None was refused."
          columns={[
            { name: 'Reason', cell: ({ code }) => <code>{code}</code>, sort: ({ code }) => code },
            { name: 'Events', cell: ({ events }) => count(Number(events)), sort: ({ events }) => Number(events) },
          ]}
        />
        <Table
          caption="The last, at most 100"
          rows={props.answer.lastRefused}
          empty="None was refused."
          columns={[
            { name: 'Time', cell: (refusal) => time(refusal.time!), sort: (refusal) => refusal.time! },
            { name: 'Reason', cell: ({ code }) => <code>{code}</code>, sort: ({ code }) => code },
            { name: 'Field', cell: ({ field }) => (field ? <code>{field}</code> : '–'), sort: ({ field }) => field },
          ]}
        />
      </div>
    </section>
  )
}
