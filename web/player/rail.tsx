import { type JSX, Show } from 'solid-js'
import type { Entry } from './entry.ts'
import { Icon, type IconName } from './icon.tsx'
import { creatorName } from './names.ts'
import type { Session } from './session.ts'

/** What can be done about a video, in reach of a thumb. */
export function Rail(props: { session: Session; entry: Entry }): JSX.Element {
  const { open, reactions } = props.session
  const { entry } = props
  const { creatorId } = entry.result
  const follows = () => reactions.follows(creatorId)
  return (
    <div class="rail">
      <Show when={creatorId}>
        <Action
          icon={follows() ? 'check' : 'follow'}
          name={follows() ? 'Following' : 'Follow'}
          label={`Follow ${creatorName(creatorId)}`}
          pressed={follows()}
          act={() => reactions.follow(entry)}
        />
      </Show>
      <Action icon="like" name="Like" pressed={entry.liked()} act={() => reactions.like(entry)} />
      <Action icon="comment" name="Comment" act={() => open({ kind: 'comment', entry })} />
      <Action icon="share" name="Share" act={() => void reactions.share(entry)} />
      <Action
        icon="more"
        name="More"
        label="More: why this video, not interested, report, block"
        act={() => open({ kind: 'more', entry })}
      />
    </div>
  )
}

interface ActionProps {
  readonly icon: IconName
  readonly name: string
  /** For screen readers, where the name alone says too little. */
  readonly label?: string
  readonly pressed?: boolean
  act(): void
}

function Action(props: ActionProps): JSX.Element {
  return (
    <button type="button" class="action" aria-label={props.label} aria-pressed={props.pressed} onClick={() => props.act()}>
      <Icon name={props.icon} />
      <span>{props.name}</span>
    </button>
  )
}
