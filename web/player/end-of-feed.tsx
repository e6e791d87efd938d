import { VireoError } from '@vireo/client'
import { type JSX, Match, Show, Switch } from 'solid-js'
import { KeyForm } from '../shared/key-form.tsx'
import { online } from './page-state.ts'
import type { Session } from './session.ts'

interface EndProps {
  readonly session: Session
  readonly place: number
  readonly observed: (element: Element) => void
}

/** What is behind the last video: the next ones on their way, or why there are none. */
export function EndOfFeed(props: EndProps): JSX.Element {
  const { feed, open } = props.session
  const error = () => {
    const end = feed.end()
    return end.kind === 'failed' ? end.error : undefined
  }
  const isFirst = () => props.place === 0
  return (
    <article
      class="slide"
      ref={props.observed}
      style={{ '--place': props.place }}
      inert={feed.active() !== props.place}
      aria-label="The end of the feed"
      aria-posinset={props.place + 1}
      aria-setsize={props.place + 1}
    >
      <div class="stage">
        <Switch fallback={<Skeleton />}>
          <Match when={error()}>{(why) => <Failed error={why()} again={() => feed.ask()} />}</Match>
          <Match when={feed.end().kind === 'nothing'}>
            <div class="panel" role="status">
              <h2>{isFirst() ? 'There is nothing to show yet' : 'That is all for now'}</h2>
              <p>
                {isFirst()
                  ? 'The catalogue has no video for this person. Add videos with POST /v1/videos, or import the sample with “npx vireo import data/kuairand-pure”.'
                  : 'You have seen all there is for you. New videos come as they are uploaded.'}
              </p>
              <button type="button" onClick={() => feed.ask()}>
                Look again
              </button>
              <button type="button" class="text" onClick={() => open({ kind: 'person' })}>
                Watch as somebody else
              </button>
            </div>
          </Match>
        </Switch>
      </div>
    </article>
  )
}

function Skeleton(): JSX.Element {
  return (
    <div class="skeleton" role="status">
      <span class="spinner" role="img" aria-label="Loading" />
      <p class="patience">The server takes its time …</p>
    </div>
  )
}

function Failed(props: { error: unknown; again: () => void }): JSX.Element {
  const isLocked = () => props.error instanceof VireoError && (props.error.status === 401 || props.error.status === 403)
  const text = () => {
    if (!online()) return 'Videos come again as soon as you are back. What you did is kept.'
    if (!(props.error instanceof VireoError)) return String(props.error)
    return props.error.retryable ? `${props.error.message}. It is tried again by itself.` : `${props.error.message}.`
  }
  return (
    <div class="panel" role="alert">
      <Show when={!isLocked()} fallback={<KeyForm titleId="key-title" about="A key with the scopes feed and events opens the player" />}>
        <h2>{online() ? 'The next videos did not come' : 'You are offline'}</h2>
        <p>{text()}</p>
        <button type="button" onClick={() => props.again()}>
          Try again
        </button>
      </Show>
    </div>
  )
}
