import { For, type JSX, Show } from 'solid-js'
import type { Entry } from '../entry.ts'
import { Icon, type IconName } from '../icon.tsx'
import { categoryName, creatorName } from '../names.ts'
import type { Session } from '../session.ts'
import { Sheet } from './sheet.tsx'

/** What is done about a video less often. */
export function MoreSheet(props: { session: Session; entry: Entry; close: () => void }): JSX.Element {
  const { open, reactions } = props.session
  const { entry } = props
  const { categories, creatorId, videoTitle } = entry.result
  const refuse = (category?: string) => {
    props.close()
    reactions.refuse(entry, category)
  }
  return (
    <Sheet title={videoTitle} close={props.close}>
      <ul class="choices">
        <Choice icon="why" name="Why this video?" act={() => open({ kind: 'why', entry })} />
        <Choice icon="refuse" name="Not interested" act={() => refuse()} />
        <For each={categories}>
          {(category) => <Choice icon="category" name={`Nothing more of ${categoryName(category)}`} act={() => refuse(category)} />}
        </For>
        <Choice icon="report" name="Report" act={() => open({ kind: 'report', entry })} />
        <Show when={creatorId}>
          <Choice icon="block" name={`Block ${creatorName(creatorId)}`} act={() => open({ kind: 'block', entry })} />
        </Show>
      </ul>
    </Sheet>
  )
}

function Choice(props: { icon: IconName; name: string; act: () => void }): JSX.Element {
  return (
    <li>
      <button type="button" onClick={() => props.act()}>
        <Icon name={props.icon} />
        {props.name}
      </button>
    </li>
  )
}
