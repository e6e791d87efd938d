import { createEffect, createSignal, type JSX, Show } from 'solid-js'
import { RollbackModelResponse, UseModelResponse } from '../../generated/vireo/v1/admin.ts'
import { ask } from '../../shared/api.ts'
import { Problem } from '../../shared/problem.tsx'
import type { Change } from './versions.tsx'

/** Loading checks every file and fills an index: with millions of videos that takes minutes. */
const patienceMs = 300_000

/** Asks once more before another model serves, and says why it can't. */
export function ChangeDialog(props: { change: Change | undefined; close: () => void; done: (version: string) => void }): JSX.Element {
  let dialog!: HTMLDialogElement
  const [problem, setProblem] = createSignal<unknown>()
  const [isChanging, setChanging] = createSignal(false)
  createEffect(() => {
    setProblem(undefined)
    if (props.change === undefined) dialog.close()
    else dialog.showModal()
  })
  const title = () => (props.change?.kind === 'use' ? `Serve ${props.change.version}?` : 'Roll back?')
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    setChanging(true)
    setProblem(undefined)
    try {
      props.done(await make(props.change!))
    } catch (error) {
      setProblem(error)
    } finally {
      setChanging(false)
    }
  }
  return (
    <dialog ref={dialog} aria-labelledby="change-title" onCancel={(event) => (isChanging() ? event.preventDefault() : props.close())}>
      <form onSubmit={submit}>
        <h2 id="change-title">{title()}</h2>
        <p>
          {props.change?.kind === 'rollback' ? 'The version that was chosen before this one serves again. ' : ''}
          It is loaded and checked aside, then takes the place of the one that serves; no request fails by it. It serves after a restart
          too.
        </p>
        <Show when={problem()}>
          {(error) => (
            <>
              <Problem error={error()} />
              <p>Nothing has changed.</p>
            </>
          )}
        </Show>
        <div class="row">
          <button type="submit" disabled={isChanging()}>
            {isChanging() ? 'Loading and checking …' : props.change?.kind === 'rollback' ? 'Roll back' : 'Serve it'}
          </button>
          <button type="button" class="second" disabled={isChanging()} onClick={() => props.close()}>
            Leave it
          </button>
        </div>
      </form>
    </dialog>
  )
}

/** Resolves with the version that serves then. */
async function make(change: Change): Promise<string> {
  const { model } =
    change.kind === 'use'
      ? await ask(`/v1/admin/models/${encodeURIComponent(change.version)}/use`, UseModelResponse, {}, undefined, patienceMs)
      : await ask('/v1/admin/models/rollback', RollbackModelResponse, {}, undefined, patienceMs)
  return model?.version ?? ''
}
