import { createSignal, type JSX, Show } from 'solid-js'
import { RestoreResponse, TakeDownResponse } from '../../generated/vireo/v1/admin.ts'
import { VideoState } from '../../generated/vireo/v1/catalog.ts'
import { ask } from '../../shared/api.ts'
import { Problem } from '../../shared/problem.tsx'

const acts = {
  'take-down': {
    name: 'Take down',
    about: 'It is shown to nobody from the next page on, until it is restored.',
    response: TakeDownResponse,
  },
  restore: { name: 'Restore', about: 'It is cleared: it may be shown to everybody from the next page on.', response: RestoreResponse },
} as const

/** Takes a video down or restores it, with a reason for the record. */
export function TakeDown(props: { videoId: string; state: string; changed: () => void }): JSX.Element {
  let dialog!: HTMLDialogElement
  const [isSending, setSending] = createSignal(false)
  const [problem, setProblem] = createSignal<unknown>()
  const verb = () => (props.state === VideoState.VIDEO_STATE_TAKEN_DOWN ? 'restore' : 'take-down')
  const submit = async (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault()
    const form = event.currentTarget
    const reason = String(new FormData(form).get('reason')).trim()
    setSending(true)
    setProblem(undefined)
    try {
      const body = { video_id: props.videoId, reason }
      await ask(`/v1/admin/videos/${encodeURIComponent(props.videoId)}/${verb()}`, acts[verb()].response, body)
      dialog.close()
      form.reset()
      props.changed()
    } catch (error) {
      setProblem(error)
    } finally {
      setSending(false)
    }
  }
  return (
    <Show when={props.state !== VideoState.VIDEO_STATE_REMOVED && props.state !== VideoState.VIDEO_STATE_PENDING}>
      <button type="button" classList={{ danger: verb() === 'take-down' }} onClick={() => dialog.showModal()}>
        {acts[verb()].name} …
      </button>
      <dialog class="act" ref={dialog} aria-labelledby="act-title">
        <form onSubmit={submit}>
          <h2 id="act-title">
            {acts[verb()].name}: video {props.videoId}
          </h2>
          <p>{acts[verb()].about}</p>
          <label>
            Reason, for the record
            {/* What is only spaces is no reason. */}
            <input name="reason" required maxlength="500" pattern=".*\S.*" autocomplete="off" />
          </label>
          <Show when={problem()}>{(error) => <Problem error={error()} />}</Show>
          <div class="row">
            <button type="submit" classList={{ danger: verb() === 'take-down' }} disabled={isSending()}>
              {acts[verb()].name}
            </button>
            <button type="button" class="second" onClick={() => dialog.close()}>
              Cancel
            </button>
          </div>
        </form>
      </dialog>
    </Show>
  )
}
