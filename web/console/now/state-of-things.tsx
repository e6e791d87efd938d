import { For, type JSX, Show } from 'solid-js'
import type { WatchResponse } from '../../generated/vireo/v1/console_now.ts'
import { problemsOf } from './problems.ts'

/** What is wrong, or that nothing is. */
export function StateOfThings(props: { now: WatchResponse }): JSX.Element {
  const troubles = () => problemsOf(props.now)
  const isIdle = () => props.now.pagesByLevel.length === 0
  return (
    <section class="state-of-things" classList={{ well: troubles().length === 0 }} aria-label="What is wrong now">
      <Show
        when={troubles().length > 0}
        fallback={
          <p>
            <span class="good">● All is well.</span>{' '}
            <span class="quiet">
              {isIdle()
                ? 'Nobody has asked for a feed in the last minute.'
                : 'No page degraded, no call failed, nothing turned away, nothing behind.'}
            </span>
          </p>
        }
      >
        <ul>
          <For each={troubles()}>
            {({ grade, says }) => (
              <li>
                <span class={grade}>{grade === 'bad' ? '■ Bad:' : '▲ Note:'}</span> {says}
              </li>
            )}
          </For>
        </ul>
      </Show>
    </section>
  )
}
