import { A } from '@solidjs/router'
import { createMemo, For, type JSX } from 'solid-js'
import type { FeatureInfo } from '../../generated/vireo/v1/console_data.ts'
import { count, number } from '../../shared/format.ts'
import { Table } from '../../shared/table.tsx'

export interface Wanted {
  readonly search: string
  readonly side: string
  readonly window: string
}

/** All features, to be searched. */
export function Catalogue(props: {
  features: readonly FeatureInfo[]
  wanted: Wanted
  shown: string
  choose: (changes: Partial<Record<'q' | 'of' | 'window', string>>) => void
  hrefOf: (feature: string) => string
}): JSX.Element {
  const windows = createMemo(() => [...new Set(props.features.flatMap(({ window }) => (window === '' ? [] : [window])))])
  const found = createMemo(() => {
    const words = props.wanted.search.toLowerCase().split(/\s+/)
    return props.features.filter(
      (feature) =>
        words.every((word) => `${feature.name} ${feature.meaning} ${feature.unit}`.toLowerCase().includes(word)) &&
        (props.wanted.side === '' || feature.ofPerson === (props.wanted.side === 'person')) &&
        (props.wanted.window === '' || feature.window === props.wanted.window),
    )
  })
  return (
    <section class="part">
      <form class="row" onSubmit={(event) => event.preventDefault()}>
        <label>
          Search
          <input
            type="search"
            value={props.wanted.search}
            placeholder="such as likes creator"
            onInput={(event) => props.choose({ q: event.currentTarget.value })}
          />
        </label>
        <label>
          Of
          <select value={props.wanted.side} onChange={(event) => props.choose({ of: event.currentTarget.value })}>
            <option value="">both</option>
            <option value="person">the person and the page</option>
            <option value="video">each candidate</option>
          </select>
        </label>
        <label>
          Window
          <select value={props.wanted.window} onChange={(event) => props.choose({ window: event.currentTarget.value })}>
            <option value="">any</option>
            <For each={windows()}>{(window) => <option value={window}>{window}</option>}</For>
          </select>
        </label>
      </form>
      <Table
        caption={`${count(found().length)} of ${count(props.features.length)} features`}
        rows={found()}
        empty="No feature is like that."
        columns={[
          {
            name: 'Feature',
            cell: ({ name }) => (
              <A href={props.hrefOf(name)} noScroll aria-current={name === props.shown ? 'true' : undefined}>
                {name}
              </A>
            ),
            sort: ({ name }) => name,
          },
          { name: 'Meaning', cell: ({ length, meaning }) => (length > 0 ? `${meaning}; a list of ${length}` : meaning) },
          { name: 'Unit', cell: ({ unit }) => unit, sort: ({ unit }) => unit },
          { name: 'Window', cell: ({ window }) => window || '–', sort: ({ window }) => window },
          { name: 'Default', about: 'What it is where nothing is known', cell: ({ without }) => without, sort: ({ without }) => without },
          { name: 'Used by', about: 'Graphs of the model that serves, and terms', cell: ({ usedBy }) => usedBy.join(', ') || '–' },
          {
            name: 'vs training',
            about:
              'Population stability index of this hour and the last against the training window: up to 0.1 is stable, above 0.25 another population',
            cell: ({ indexTraining, notCompared }) => <Index value={indexTraining} notCompared={notCompared} />,
            sort: ({ indexTraining }) => indexTraining ?? -1,
          },
          {
            name: 'vs first hours',
            about: "The same against the model's first six hours on this server",
            cell: ({ indexFirstHours, notCompared }) => <Index value={indexFirstHours} notCompared={notCompared} />,
            sort: ({ indexFirstHours }) => indexFirstHours ?? -1,
          },
        ]}
      />
    </section>
  )
}

/** A stability index by how much it says. */
export function Index(props: { value: number | undefined; notCompared: string }): JSX.Element {
  const kind = () => (props.value === undefined || props.value < 0.1 ? '' : props.value > 0.25 ? 'bad' : 'warn')
  return (
    <span
      class={props.value === undefined ? 'quiet' : kind()}
      title={props.value === undefined ? props.notCompared || 'Not known yet' : undefined}
    >
      {props.value === undefined ? '–' : number(props.value)}
    </span>
  )
}
