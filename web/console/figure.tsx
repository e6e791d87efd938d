import type { JSX } from 'solid-js'

/** One number of a `figures` list: what it is, how much, what it counts. */
export function Figure(props: { name: string; about: string; children: JSX.Element }): JSX.Element {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>
        {props.children}
        <small>{props.about}</small>
      </dd>
    </div>
  )
}
