import { type JSX, Show } from 'solid-js'
import type { FeedSettings } from '../../generated/vireo/v1/console_person.ts'
import { configurationOf } from './settings.ts'
import './settings.css'

/** How to keep what was tried. */
export function Configuration(props: { changes: Partial<FeedSettings> }): JSX.Element {
  const text = () => configurationOf(props.changes)
  const onlyTried = () => props.changes.diversity === false || props.changes.bestLevel !== undefined
  return (
    <section class="card configuration" aria-label="How to keep these settings">
      <h2>To keep these settings</h2>
      <p>Nothing is saved here. Configure the server, and start it again:</p>
      <Show when={text().environment !== ''}>
        <div class="grid">
          <Copied title="As variables" text={text().environment} />
          <Copied title="Or in vireo.json" text={text().file} />
          <Show when={props.changes.weights}>
            {(weights) => <Copied title="And in weights.json" text={JSON.stringify({ default: weights() }, null, 2)} />}
          </Show>
        </div>
      </Show>
      <Show when={onlyTried()}>
        <p class="quiet">Diversity off and a lower ranking can be tried, not configured.</p>
      </Show>
    </section>
  )
}

function Copied(props: { title: string; text: string }): JSX.Element {
  return (
    <figure>
      <figcaption>
        {props.title}
        <button type="button" class="plain" onClick={() => void navigator.clipboard.writeText(props.text)}>
          Copy
        </button>
      </figcaption>
      <pre tabindex="0">{props.text}</pre>
    </figure>
  )
}
