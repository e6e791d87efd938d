import type { JSX } from 'solid-js'
import { useKey } from './api.ts'

/** Asks for a key where the server wants one. It is kept until the tab is closed. */
export function KeyForm(props: { titleId: string; about: string }): JSX.Element {
  let input!: HTMLInputElement
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    useKey(input.value.trim())
    location.reload()
  }
  return (
    <form onSubmit={submit}>
      <h2 id={props.titleId}>A key, please</h2>
      <p>This server is not open to everybody. {props.about}; it is kept until this tab is closed.</p>
      <label>
        Key
        <input ref={input} type="password" autocomplete="off" required />
      </label>
      <button type="submit">Open</button>
    </form>
  )
}
