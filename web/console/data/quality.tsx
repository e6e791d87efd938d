import { A } from '@solidjs/router'
import { type JSX, Show } from 'solid-js'
import type { InspectDataResponse } from '../../generated/vireo/v1/console_data.ts'
import { count, time } from '../../shared/format.ts'
import { Table } from '../../shared/table.tsx'

/** What the checks found in the days that are listed. */
export function QualityChecks(props: { answer: InspectDataResponse }): JSX.Element {
  const total = (of: 'failed' | 'warned' | 'passed' | 'unchecked') => props.answer.days.reduce((sum, day) => sum + day[of], 0)
  return (
    <section class="part">
      <h2>Quality checks</h2>
      <Show
        when={props.answer.checked}
        fallback={
          <p class="card">
            Nothing was checked yet: <code>npx vireo quality</code> checks each hour that has ended, and <code>npx vireo samples</code>{' '}
            leaves out those that failed.
          </p>
        }
      >
        {(checked) => (
          <>
            <p>
              <strong classList={{ bad: total('failed') > 0, good: total('failed') === 0 }}>{count(total('failed'))} failed</strong>,{' '}
              <strong classList={{ warn: total('warned') > 0 }}>{count(total('warned'))} warned</strong>, {count(total('passed'))} passed,{' '}
              {count(total('unchecked'))} without a check that holds, in the days below. Last checked {time(checked())} by{' '}
              <code>vireo quality</code>.
            </p>
            <Table
              caption={
                props.answer.findingsTotal > props.answer.findings.length
                  ? `What was found: ${props.answer.findings.length} of ${count(props.answer.findingsTotal)}, what failed first`
                  : 'What was found, what failed first'
              }
              rows={props.answer.findings}
              empty="All that was checked is as it should be."
              columns={[
                {
                  name: 'Severity',
                  about: 'What is critical keeps an hour from training',
                  cell: ({ severity }) => <span class={severity === 'critical' ? 'bad' : 'warn'}>{severity}</span>,
                  sort: ({ severity }) => severity,
                },
                { name: 'Table', cell: ({ table }) => table, sort: ({ table }) => table },
                {
                  name: 'Hour',
                  about: 'UTC',
                  cell: ({ date, hour }) => (
                    <A class="unbroken" href={`/data?date=${date}`} noScroll>
                      {date} {String(hour).padStart(2, '0')}:00
                    </A>
                  ),
                  sort: ({ date, hour }) => `${date} ${String(hour).padStart(2, '0')}`,
                },
                { name: 'Kind', cell: ({ kind }) => kind, sort: ({ kind }) => kind },
                { name: 'About', cell: ({ about }) => about, sort: ({ about }) => about },
                { name: 'Found', cell: ({ found }) => found },
              ]}
            />
          </>
        )}
      </Show>
    </section>
  )
}
