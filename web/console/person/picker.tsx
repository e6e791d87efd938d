import { useNavigate } from '@solidjs/router'
import { createEffect, createSignal, For, type JSX } from 'solid-js'

const name = 'vireo.people'
const most = 10

const read = (): string[] => JSON.parse(localStorage.getItem(name) ?? '[]')

/** Opens a person by id; those who were looked at last are offered. */
export function Picker(props: { userid: string }): JSX.Element {
  const navigate = useNavigate()
  const [people, setPeople] = createSignal(read())
  createEffect(() => {
    if (props.userid === '') return
    const latest = [props.userid, ...read().filter((other) => other !== props.userid)].slice(0, most)
    localStorage.setItem(name, JSON.stringify(latest))
    setPeople(latest)
  })
  const submit = (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault()
    const userid = String(new FormData(event.currentTarget).get('userid')).trim()
    // Settings and filters stay: the same question about somebody else.
    if (userid !== '') navigate(`/person/${encodeURIComponent(userid)}${location.search}`)
  }
  return (
    <form class="row" onSubmit={submit}>
      <label>
        Person
        <input name="userid" list="people" value={props.userid} placeholder="Any id, also a new one" autocomplete="off" required />
      </label>
      <datalist id="people">
        <For each={people()}>{(person) => <option value={person} />}</For>
      </datalist>
      <button type="submit">Open</button>
    </form>
  )
}
