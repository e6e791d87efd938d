import { createEffect, type JSX } from 'solid-js'
import { keyWanted } from '../shared/api.ts'
import { KeyForm } from '../shared/key-form.tsx'

/** Asks for a key where the server wants one. */
export function KeyDialog(): JSX.Element {
  let dialog!: HTMLDialogElement
  createEffect(() => (keyWanted() ? dialog.showModal() : dialog.close()))
  return (
    <dialog ref={dialog} aria-labelledby="key-title">
      <KeyForm titleId="key-title" about="A key with the scope admin opens the console" />
    </dialog>
  )
}
