import { createEffect, type JSX } from 'solid-js'
import { keyWanted, useKey } from '../shared/api.ts'

/** Asks for a key where the server wants one. It is kept until the tab is closed. */
export function KeyDialog(): JSX.Element {
  let dialog!: HTMLDialogElement
  let input!: HTMLInputElement
  createEffect(() => (keyWanted() ? dialog.showModal() : dialog.close()))
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    useKey(input.value.trim())
    location.reload()
  }
  return (
    <dialog ref={dialog} aria-labelledby="key-title">
      <form onSubmit={submit}>
        <h2 id="key-title">A key, please</h2>
        <p>This server is not open to everybody. A key with the scope admin opens the console; it is kept until this tab is closed.</p>
        <label>
          Key
          <input ref={input} type="password" autocomplete="off" required />
        </label>
        <button type="submit">Open</button>
      </form>
    </dialog>
  )
}
