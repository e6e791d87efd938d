import { type JSX, Show } from 'solid-js'
import type { Against } from '../../generated/vireo/v1/console_video.ts'
import { share } from '../../shared/format.ts'

/** From this probability on it is said to be above, or below. */
const sure = 0.95

/** A rate beside that of others, and how sure it is that it differs. */
export function AgainstOthers(props: { of: Against }): JSX.Element {
  const above = () => props.of.chanceAbove ?? 0.5
  return (
    <Show when={props.of.rate !== undefined} fallback={<span class="quiet">no plays</span>}>
      <span class="against">
        {share(props.of.rate!)}
        <small>
          <Show when={props.of.chanceAbove !== undefined} fallback="nobody to compare with">
            others {share(props.of.others!)}
          </Show>
        </small>
        <Show when={props.of.chanceAbove !== undefined}>
          <small classList={{ good: above() >= sure, bad: above() <= 1 - sure }}>
            {above() >= sure
              ? `above, ${share(above())} sure`
              : above() <= 1 - sure
                ? `below, ${share(1 - above())} sure`
                : `open: ${share(above())} above`}
          </small>
        </Show>
      </span>
    </Show>
  )
}
