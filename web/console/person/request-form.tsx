import { For, type JSX } from 'solid-js'
import { type Params, textOf } from './settings.ts'

const fields = [
  { name: 'count', label: 'Videos', type: 'number', placeholder: 'default' },
  { name: 'surface', label: 'Surface', type: 'text', placeholder: 'main' },
  { name: 'language', label: 'Language', type: 'text', placeholder: 'any' },
  { name: 'country', label: 'Country', type: 'text', placeholder: 'unknown' },
  { name: 'age', label: 'Age', type: 'number', placeholder: 'default' },
  { name: 'draw', label: 'Draw', type: 'number', placeholder: '0' },
] as const

/** What the app would say of the moment; another draw is another set of random numbers. */
export function RequestForm(props: { params: Params; change: (params: Record<string, string | undefined>) => void }): JSX.Element {
  return (
    <div class="row request">
      <For each={fields}>
        {({ label, name, placeholder, type }) => (
          <label>
            {label}
            <input
              type={type}
              min="0"
              placeholder={placeholder}
              value={textOf(props.params, name)}
              onChange={(event) => props.change({ [name]: event.currentTarget.value.trim() || undefined })}
            />
          </label>
        )}
      </For>
    </div>
  )
}
