import { A } from '@solidjs/router'
import { For, type JSX, Show } from 'solid-js'
import { ListMeasuresResponse } from '../../generated/vireo/v1/console_now.ts'
import { ask } from '../../shared/api.ts'
import { asking } from '../../shared/asking.ts'
import { count, time } from '../../shared/format.ts'
import { Problem } from '../../shared/problem.tsx'
import { LakeProblem } from '../lake-problem.tsx'
import { dayName, lastLively, told } from '../measures/told.ts'

const wanted = [
  'active_people_day',
  'active_people_month',
  'active_days_month',
  'session_success',
  'people_at_risk',
  'responsibility',
  'inventory',
  'publishing_creators',
  'publishing_creators_by_likes',
]
const mostGaps = 8

/** What only the lake knows, of the last day on which anybody was there. */
export function Today(): JSX.Element {
  const { again, answer, isAsking, problem } = asking(
    () => '/v1/admin/measures',
    (path, signal) => ask(path, ListMeasuresResponse, undefined, signal),
  )
  return (
    <section aria-labelledby="today" aria-busy={isAsking()}>
      <h2 id="today">From the lake</h2>
      <Show when={problem()}>
        <Problem error={problem()} again={again} />
      </Show>
      <Show when={isAsking()}>
        <p class="quiet" role="status">
          The lake is being read …
        </p>
      </Show>
      <Show when={answer()}>
        {(measures) => (
          <>
            <Show when={measures().problem}>
              <LakeProblem says={measures().problem} again={again} />
            </Show>
            <Show when={measures().days.length > 0}>
              <p class="quiet">
                {of(measures())}
                <Show when={measures().recordedUntil}>{(until) => `, with what was accepted until ${time(until())}`}</Show>. More under{' '}
                <A href="/measures">Measures</A>.
              </p>
              <Figures answer={measures()} />
              <Gaps answer={measures()} />
            </Show>
          </>
        )}
      </Show>
    </section>
  )
}

function of(answer: ListMeasuresResponse): string {
  const day = answer.days[lastLively(answer)]
  return day === undefined ? 'Nobody was there in the last 14 days' : `Of ${dayName(day)} (UTC), the last day on which anybody was there`
}

function Figures(props: { answer: ListMeasuresResponse }): JSX.Element {
  const at = () => lastLively(props.answer)
  const rows = () => props.answer.measures.filter(({ name }) => wanted.includes(name))
  return (
    <dl class="figures">
      <For each={rows()}>
        {({ limit, meaning, title, unit, values }) => {
          const value = () => values[at()]?.value
          return (
            <div>
              <dt>{title}</dt>
              <dd classList={{ bad: limit !== undefined && (value() ?? 0) > limit }}>
                {value() === undefined ? '–' : told(unit, value()!)}
                <small>
                  {meaning} {values[at()]?.outOf !== undefined && `Out of ${count(Number(values[at()]!.outOf))}.`}
                  {limit !== undefined && ` Wanted: at most ${told(unit, limit)}.`}
                </small>
              </dd>
            </div>
          )
        }}
      </For>
    </dl>
  )
}

function Gaps(props: { answer: ListMeasuresResponse }): JSX.Element {
  const gaps = () => props.answer.inventory?.rows.filter(({ gap }) => gap) ?? []
  return (
    <Show when={gaps().length > 0}>
      <p class="gaps">
        Gaps in the inventory, with fewer than {props.answer.inventory!.enough} videos well watched or liked in a month:{' '}
        <For each={gaps().slice(0, mostGaps)}>
          {({ dimension, name, wellWatched }, at) => `${at() > 0 ? ', ' : ''}${dimension} ${name || 'any'} (${count(Number(wellWatched))})`}
        </For>
        <Show when={gaps().length > mostGaps}>
          {' '}
          and <A href="/measures#inventory">{gaps().length - mostGaps} more</A>
        </Show>
        .
      </p>
    </Show>
  )
}
