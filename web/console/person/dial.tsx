import { createUniqueId, type JSX, Show } from 'solid-js'

/** A number to type or to slide; `change` with undefined goes back to what is in force. */
export function DialField(props: {
  label: string
  about?: string
  value: number
  inForce: number
  least?: number
  most: number
  step: number
  change: (value: number | undefined) => void
}): JSX.Element {
  const id = createUniqueId()
  const changeTo = (input: HTMLInputElement) => {
    const value = input.valueAsNumber
    if (Number.isFinite(value)) props.change(value === props.inForce ? undefined : value)
  }
  return (
    <div class="dial" classList={{ changed: props.value !== props.inForce }}>
      <label for={id}>
        {props.label}
        <Show when={props.about}>
          <small class="quiet">{props.about}</small>
        </Show>
      </label>
      <input
        type="range"
        aria-label={`${props.label}, slider`}
        min={props.least ?? 0}
        max={props.most}
        step={props.step}
        value={props.value}
        onInput={(event) => changeTo(event.currentTarget)}
      />
      <input id={id} type="number" step="any" value={props.value} onChange={(event) => changeTo(event.currentTarget)} />
      <button
        type="button"
        class="plain"
        aria-label={`${props.label}: back to ${props.inForce}`}
        title={`Back to ${props.inForce}`}
        disabled={props.value === props.inForce}
        onClick={() => props.change(undefined)}
      >
        ↺
      </button>
    </div>
  )
}
