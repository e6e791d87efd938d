import { For, type JSX } from 'solid-js'
import { Sheet } from './sheet.tsx'

/** As they are sent, and as they are shown. */
const reasons = [
  ['spam', 'Spam or misleading'],
  ['violence', 'Violence'],
  ['sexual', 'Sexual content'],
  ['hate', 'Hate or harassment'],
  ['dangerous', 'Dangerous acts'],
  ['minor', 'A child may be harmed'],
  ['rights', 'Somebody’s rights are infringed'],
  ['other', 'Something else'],
] as const

export function ReportSheet(props: { report: (reason: string) => void; close: () => void }): JSX.Element {
  const submit = (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault()
    const reason = String(new FormData(event.currentTarget).get('reason'))
    props.close()
    props.report(reason)
  }
  return (
    <Sheet title="Report this video" close={props.close}>
      <form onSubmit={submit}>
        <fieldset>
          <legend>What is wrong with it?</legend>
          <For each={reasons}>
            {([value, name]) => (
              <label class="option">
                <input type="radio" name="reason" value={value} required />
                {name}
              </label>
            )}
          </For>
        </fieldset>
        <div class="answers">
          <button type="submit">Report</button>
          <button type="button" class="text" onClick={() => props.close()}>
            Cancel
          </button>
        </div>
      </form>
    </Sheet>
  )
}
