import { For, type JSX, Show } from 'solid-js'
import type { FeedSettings } from '../../generated/vireo/v1/console_person.ts'
import { DialField } from './dial.tsx'
import { changesIn, dials, levels, numberOf, type Params, textOf, weightsOf, weightsText, withoutSettings } from './settings.ts'
import './settings.css'

interface PanelProps {
  readonly params: Params
  /** The settings that people's feeds are made with. */
  readonly inForce: FeedSettings
  readonly change: (params: Record<string, string | number | undefined>) => void
}

/** Everything about a feed that can be tried. */
export function SettingsPanel(props: PanelProps): JSX.Element {
  const isChanged = () => Object.keys(changesIn(props.params)).length > 0
  const weights = () => weightsOf(props.params) ?? props.inForce.weights
  const changeWeight = (task: string, weight: number | undefined) => {
    const next = weightsText({ ...weights(), [task]: weight ?? props.inForce.weights[task] ?? 0 })
    props.change({ weights: next === weightsText(props.inForce.weights) ? undefined : next })
  }
  const Switch = (of: { name: 'diversity' | 'models'; label: string }) => (
    <label class="switch">
      <input
        type="checkbox"
        checked={textOf(props.params, of.name) !== 'off' && props.inForce[of.name] !== false}
        disabled={props.inForce[of.name] === false}
        onChange={(event) => props.change({ [of.name]: event.currentTarget.checked ? undefined : 'off' })}
      />
      {of.label}
    </label>
  )
  return (
    <details class="card panel" open={matchMedia('(width >= 900px)').matches}>
      <summary>
        <h2>Settings to try</h2>
      </summary>
      <p class="quiet">For this page alone: nothing is saved, and nobody is shown anything.</p>
      <For each={dials}>
        {({ name, ...dial }) => (
          <DialField
            {...dial}
            value={numberOf(props.params, name) ?? props.inForce[name] ?? 0}
            inForce={props.inForce[name] ?? 0}
            change={(value) => props.change({ [name]: value })}
          />
        )}
      </For>
      <div class="switches">
        <Switch name="diversity" label="Diversity" />
        <Switch name="models" label="Model" />
        <label>
          Ranking at best
          <select
            value={textOf(props.params, 'level')}
            onChange={(event) => props.change({ level: event.currentTarget.value || undefined })}
          >
            <option value="">All are ranked</option>
            <For each={Object.entries(levels)}>{([value, { name }]) => <option value={value}>{name}</option>}</For>
          </select>
        </label>
      </div>
      <Show when={Object.keys(weights()).length > 0}>
        <fieldset>
          <legend>What each chance counts in the value</legend>
          <For each={Object.keys(props.inForce.weights)}>
            {(task) => (
              <DialField
                label={task.replaceAll('_', ' ')}
                value={weights()[task] ?? 0}
                inForce={props.inForce.weights[task] ?? 0}
                least={-5}
                most={5}
                step={0.1}
                change={(weight) => changeWeight(task, weight)}
              />
            )}
          </For>
        </fieldset>
      </Show>
      <button type="button" class="second" disabled={!isChanged()} onClick={() => props.change(withoutSettings)}>
        All as they are
      </button>
    </details>
  )
}
