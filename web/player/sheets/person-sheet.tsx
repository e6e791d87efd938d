import { For, type JSX } from 'solid-js'
import { personName } from '../names.ts'
import { become, becomeNew } from '../person.ts'
import { isNew } from '../who.ts'
import { Sheet } from './sheet.tsx'

/** People of the sample with a long history there. */
const ofSample = ['712', '26469', '18703', '20008', '205', '9873']
const longestId = 128

/** Whose feed to watch. */
export function PersonSheet(props: { userid: string; close: () => void }): JSX.Element {
  let input!: HTMLInputElement
  const choose = (userid: string) => {
    props.close()
    become(userid)
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    choose(input.value.trim())
  }
  return (
    <Sheet title="Who watches?" close={props.close}>
      <p>
        {isNew(props.userid) ? 'You watch as somebody new.' : `You watch as ${personName(props.userid)}.`} What you do here counts for that
        person. The address says who it is, so it can be passed on.
      </p>
      <div class="answers">
        <button type="button" onClick={becomeNew}>
          Somebody new
        </button>
      </div>
      <h3>People of the sample</h3>
      <div class="answers">
        <For each={ofSample}>
          {(userid) => (
            <button type="button" class="chip" aria-pressed={userid === props.userid} onClick={() => choose(userid)}>
              {userid}
            </button>
          )}
        </For>
      </div>
      <form onSubmit={submit}>
        <label>
          Anybody, by id
          <input ref={input} name="person" autocomplete="off" spellcheck={false} maxlength={longestId} pattern=".*\S.*" required />
        </label>
        <button type="submit">Watch</button>
      </form>
    </Sheet>
  )
}
