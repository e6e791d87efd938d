import type { JSX } from 'solid-js'
import './bars.css'

/** A share as a bar; the number stands beside it. */
export function Bar(props: { part: number; negative?: boolean }): JSX.Element {
  return (
    <span class="bar-part" classList={{ negative: props.negative === true }} aria-hidden="true">
      <span style={{ width: `${Math.min(1, Math.max(0, props.part)) * 100}%` }} />
    </span>
  )
}
