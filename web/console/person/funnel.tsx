import { createMemo, For, type JSX, Show } from 'solid-js'
import { FeedTrial_Fate as Fate, type FeedTrial, type FeedTrial_Stage as Stage } from '../../generated/vireo/v1/console_person.ts'
import { count, duration } from '../../shared/format.ts'
import { Table } from '../../shared/table.tsx'
import { Figure } from '../figure.tsx'
import { Bar } from './bar.tsx'
import { kindOfFate } from './movement.ts'
import './bars.css'

/** How many each source found and each filter removed; a press shows them below. */
export function Funnel(props: { trial: FeedTrial; choose: (params: Record<string, string | undefined>) => void }): JSX.Element {
  const stages = (kind: string) => props.trial.stages.filter((stage) => stage.kind === kind)
  const noRoom = () => props.trial.candidates.filter(({ fate }) => fate === Fate.FATE_NO_ROOM).length
  const candidates = () => props.trial.candidates.length - noRoom()
  const removedLate = (name: string) => stages('late filter').find((stage) => stage.name === name)?.removed ?? 0
  const fates = createMemo(() => {
    const counts = new Map<string, number>()
    for (const candidate of props.trial.candidates) {
      const fate = kindOfFate(candidate)
      counts.set(fate, (counts.get(fate) ?? 0) + 1)
    }
    return [...counts].sort(([, a], [, b]) => b - a)
  })
  const figures = () => [
    { name: 'Found', value: stages('source').reduce((sum, stage) => sum + stage.kept, 0), about: 'by all sources, each on its own' },
    {
      name: 'Candidates',
      value: candidates(),
      about: noRoom() > 0 ? `different videos; ${noRoom()} more had no room` : 'different videos',
    },
    { name: 'After filters', value: stages('filter').at(-1)?.kept ?? candidates(), about: 'may be shown to this person' },
    { name: 'Ranked', value: stages('rank')[0]?.kept ?? 0, about: 'the others were drawn for exploration alone' },
    { name: 'Picked', value: props.trial.page.length, about: 'are on the page' },
  ]
  return (
    <>
      <dl class="figures">
        <For each={figures()}>
          {({ about, name, value }) => (
            <Figure name={name} about={about}>
              {count(value)}
            </Figure>
          )}
        </For>
      </dl>
      <div class="grid">
        <Bars
          title="Found by source"
          about="A video may be found by several."
          rows={stages('source').map((stage) => ({ ...stage, value: stage.kept }))}
          choose={(name) => props.choose({ source: name, fate: undefined })}
        />
        <Bars
          title="Removed by filter"
          about="The first filter that removes it counts."
          rows={stages('filter').map((stage) => ({ ...stage, value: stage.removed + removedLate(stage.name) }))}
          choose={(name) => props.choose({ fate: `removed by ${name}`, source: undefined })}
        />
        <Bars
          title="What became of them"
          about="Of everything that a source found."
          rows={fates().map(([name, value]) => ({ name, value, failure: '' }))}
          choose={(name) => props.choose({ fate: name, source: undefined })}
        />
      </div>
      <details>
        <summary>Every stage, with its time</summary>
        <Table
          caption="Stages, in order"
          rows={props.trial.stages}
          columns={[
            { name: 'Kind', cell: ({ kind }) => kind },
            { name: 'Stage', cell: ({ name }) => name },
            { name: 'Time', about: 'Of this one run, with writing it down', cell: ({ ms }) => duration(ms), sort: ({ ms }) => ms },
            { name: 'Kept', about: 'Brought, kept, ranked or picked', cell: keptBy, sort: (stage) => stage.kept },
            { name: 'Removed', cell: ({ removed }) => count(removed), sort: ({ removed }) => removed },
            { name: 'Failure', cell: ({ failure }) => <span class="bad">{failure}</span> },
          ]}
        />
      </details>
    </>
  )
}

/** Stages that fill the query or columns have nothing to keep. */
const keptBy = ({ kept, kind }: Stage): string => (kind === 'hydrate' || kind === 'enrich' || kind === 'score' ? '–' : count(kept))

function Bars(props: {
  title: string
  about: string
  rows: readonly { name: string; value: number; failure: string }[]
  choose: (name: string) => void
}): JSX.Element {
  const most = () => Math.max(1, ...props.rows.map(({ value }) => value))
  return (
    <section class="card bar-list" aria-label={props.title}>
      <h2>{props.title}</h2>
      <p class="quiet">{props.about}</p>
      <ul>
        <For each={props.rows}>
          {({ failure, name, value }) => (
            <li>
              <button type="button" class="plain" disabled={value === 0} onClick={() => props.choose(name)}>
                {name}
              </button>
              <Bar part={value / most()} />
              <span>
                <Show when={failure === ''} fallback={<span class="bad">failed</span>}>
                  {count(value)}
                </Show>
              </span>
            </li>
          )}
        </For>
      </ul>
    </section>
  )
}
