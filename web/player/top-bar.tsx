import type { Level } from '@vireo/client'
import { type JSX, Show } from 'solid-js'
import { captionable, captioned, setCaptioned } from './captions.ts'
import { Icon } from './icon.tsx'
import { personName } from './names.ts'
import { muted, setMuted } from './page-state.ts'
import type { Session } from './session.ts'
import { isNew } from './who.ts'

const degraded: Readonly<Record<Exclude<Level, 'full'>, string>> = {
  light_ranking: 'Quickly ranked',
  no_ranking: 'Not ranked',
  popular: 'Popular only',
}

/** Who watches, how well the feed could be made, and what is done about all videos. */
export function TopBar(props: { session: Session }): JSX.Element {
  const { feed, open, paused, setPaused, vireo } = props.session
  const level = () => {
    const of = feed.current()?.level
    return of === undefined || of === 'full' ? undefined : of
  }
  return (
    <header class="top">
      <button
        type="button"
        class="chip"
        onClick={() => open({ kind: 'person' })}
        aria-label={`Watching as ${nameOf(vireo.userid)}: change`}
      >
        <Icon name="person" />
        <span>{nameOf(vireo.userid)}</span>
      </button>
      <Show when={level()}>
        {(of) => (
          <span class="chip badge" role="status" title="The server could not make this page as well as it usually does">
            {degraded[of()]}
          </span>
        )}
      </Show>
      <span class="space" />
      <Show when={captionable()}>
        <button type="button" class="round" aria-label="Captions" aria-pressed={captioned()} onClick={() => setCaptioned(!captioned())}>
          <Icon name="captions" />
        </button>
      </Show>
      <button type="button" class="round" aria-label={paused() ? 'Play the video' : 'Pause the video'} onClick={() => setPaused(!paused())}>
        <Icon name={paused() ? 'play' : 'pause'} />
      </button>
      <button type="button" class="round" aria-label="Sound" aria-pressed={!muted()} onClick={() => setMuted(!muted())}>
        <Icon name={muted() ? 'muted' : 'sound'} />
      </button>
    </header>
  )
}

const nameOf = (userid: string) => (isNew(userid) ? 'New person' : personName(userid))
