import type { JSX } from 'solid-js'

/** Why the lake has not said what it was asked, and a way to ask it again: what takes too long for it now may not later. */
export function LakeProblem(props: { says: string; again: () => void }): JSX.Element {
  return (
    <div class="row">
      <p class="warn">{props.says}</p>
      <button type="button" class="second" onClick={() => props.again()}>
        Try again
      </button>
    </div>
  )
}
