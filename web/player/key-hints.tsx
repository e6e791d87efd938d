import { For, type JSX } from 'solid-js'
import { commands, keyName } from './commands.ts'
import type { Session } from './session.ts'

/** For who has a keyboard: beside the feed, where there is room. */
export function KeyHints(props: { session: Session }): JSX.Element {
  return (
    <aside class="hints" aria-label="About the player">
      <p class="mark">
        <img src="/icon.svg" alt="" width="28" height="28" />
        Vireo
      </p>
      <KeyList shown={6} />
      <p>
        <button type="button" class="text" onClick={() => props.session.open({ kind: 'keys' })}>
          All keys
        </button>
        <a class="text" href="/console/">
          Console
        </a>
      </p>
    </aside>
  )
}

/** The first so many keys and what they do. */
export function KeyList(props: { shown: number }): JSX.Element {
  return (
    <dl class="keys">
      <For each={commands.slice(0, props.shown)}>
        {(command) => (
          <div>
            <dt>
              <kbd>{keyName(command)}</kbd>
            </dt>
            <dd>{command.says}</dd>
          </div>
        )}
      </For>
    </dl>
  )
}
