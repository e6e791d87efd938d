import { For, type JSX } from 'solid-js'

const dayMs = 86_400_000
const presets = [7, 14, 28, 90]
const dateOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)

export interface Days {
  /** As YYYY-MM-DD; empty is the last 14 days. */
  readonly from: string
  readonly until: string
}

/** The days to look at: some of the last, or from one to another. */
export function Range(props: Days & { choose: (days: Days) => void }): JSX.Element {
  const last = (days: number): Days => ({ from: dateOf(Date.now() - (days - 1) * dayMs), until: dateOf(Date.now()) })
  const shown = (): Days => (props.from === '' && props.until === '' ? last(14) : { from: props.from, until: props.until })
  const isChosen = (days: number) => shown().from === last(days).from && shown().until === last(days).until
  return (
    <form class="row" onSubmit={(event) => event.preventDefault()}>
      <label>
        From
        <input
          type="date"
          max={shown().until}
          value={shown().from}
          onChange={({ currentTarget }) => props.choose({ ...shown(), from: currentTarget.value })}
        />
      </label>
      <label>
        Until
        <input
          type="date"
          min={shown().from}
          value={shown().until}
          onChange={({ currentTarget }) => props.choose({ ...shown(), until: currentTarget.value })}
        />
      </label>
      <For each={presets}>
        {(days) => (
          <button type="button" class="second" aria-pressed={isChosen(days)} onClick={() => props.choose(last(days))}>
            {days} days
          </button>
        )}
      </For>
    </form>
  )
}
