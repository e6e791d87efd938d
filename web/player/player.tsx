import { type JSX, onCleanup, onMount, Show } from 'solid-js'
import { render } from 'solid-js/web'
import { commandOf } from './commands.ts'
import { FeedList } from './feed-list.tsx'
import { KeyHints } from './key-hints.tsx'
import { NoticeBar } from './notice.tsx'
import { online } from './page-state.ts'
import { person } from './person.ts'
import { createSession } from './session.ts'
import { OpenSheet } from './sheets/open-sheet.tsx'
import { TopBar } from './top-bar.tsx'
import { vireoOf } from './vireo.ts'

/** Draws the player into an element. */
export const show = (element: HTMLElement): unknown => render(() => <Player />, element)

/** The feed of a person, full height. */
function Player(): JSX.Element {
  return (
    <Show when={person()} keyed>
      {(userid) => <PlayerOf userid={userid} />}
    </Show>
  )
}

function PlayerOf(props: { userid: string }): JSX.Element {
  const session = createSession(vireoOf(props.userid))
  const onKey = (event: KeyboardEvent) => {
    const command = commandOf(event)
    if (command === undefined) return
    event.preventDefault()
    command.run(session)
  }
  onMount(() => addEventListener('keydown', onKey))
  onCleanup(() => removeEventListener('keydown', onKey))
  return (
    <>
      <TopBar session={session} />
      <Show when={!online()}>
        <p class="offline" role="status">
          You are offline. What you do is kept and sent later.
        </p>
      </Show>
      <FeedList session={session} />
      <KeyHints session={session} />
      <NoticeBar notices={session.notices} />
      <OpenSheet session={session} />
    </>
  )
}
