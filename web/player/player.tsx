import { Vireo } from '@vireo/client'
import { type JSX, onCleanup, onMount, Show } from 'solid-js'
import { givenKey } from '../shared/api.ts'
import { commandOf } from './commands.ts'
import { FeedList } from './feed-list.tsx'
import { KeyHints } from './key-hints.tsx'
import { NoticeBar } from './notice.tsx'
import { online } from './page-state.ts'
import { person } from './person.ts'
import { createSession } from './session.ts'
import { OpenSheet } from './sheets/open-sheet.tsx'
import { TopBar } from './top-bar.tsx'

// One for everybody who sits here: it keeps and sends their events, also those of who was here before.
const key = givenKey()
const vireo = new Vireo(key === undefined ? {} : { key })

/** The feed of a person, full height. */
export function Player(): JSX.Element {
  return (
    <Show when={person()} keyed>
      {(userid) => <PlayerOf userid={userid} />}
    </Show>
  )
}

function PlayerOf(props: { userid: string }): JSX.Element {
  const session = createSession(vireo.as(props.userid))
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
