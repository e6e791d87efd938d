import { type JSX, Show } from 'solid-js'
import { useKey } from './api.ts'
import { givenKey } from './key.ts'

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
      <Show when={givenKey()}>
        <p role="alert">The key that was given is not known here, or has not that scope.</p>
      </Show>
      <label>
        Key
        <input ref={input} type="password" autocomplete="off" required />
      </label>
      <button type="submit">Open</button>
    </form>
  )
}
