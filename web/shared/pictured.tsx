import { createSignal, type JSX, Show } from 'solid-js'

interface Props {
  readonly title: string
  /** What the title stands for. */
  readonly meaning?: string
  /** What the numbers count, and in which unit. */
  readonly about: string
  /** The same numbers. */
  readonly table: JSX.Element
  readonly children: JSX.Element
}

/** A picture, or its table. */
export function Pictured(props: Props): JSX.Element {
  const [asTable, setAsTable] = createSignal(false)
  return (
    <figure class="chart">
      <figcaption>
        <strong title={props.meaning}>{props.title}</strong>
        <span class="quiet">{props.about}</span>
        <button type="button" class="plain" aria-pressed={asTable()} onClick={() => setAsTable(!asTable())}>
          {asTable() ? 'Picture' : 'Table'}
        </button>
      </figcaption>
      <Show when={asTable()} fallback={props.children}>
        {props.table}
      </Show>
    </figure>
  )
}
