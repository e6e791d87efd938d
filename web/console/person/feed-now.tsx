import { type JSX, Show } from 'solid-js'
import type { TryFeedResponse } from '../../generated/vireo/v1/console_person.ts'
import { Configuration } from './configuration.tsx'
import { lossOf, movementOf } from './movement.ts'
import { PageList } from './page-list.tsx'
import { RequestForm } from './request-form.tsx'
import { changesIn, type Params } from './settings.ts'
import { SettingsPanel } from './settings-panel.tsx'

/** The page as things are, and beside it the one with the settings of the address. */
export function FeedNow(props: {
  tried: TryFeedResponse
  params: Params
  change: (params: Record<string, string | number | undefined>) => void
}): JSX.Element {
  const trial = () => props.tried.trial!
  const changes = () => changesIn(props.params)
  return (
    <div class="feed-now">
      <SettingsPanel params={props.params} inForce={(props.tried.baseline ?? trial()).settings!} change={props.change} />
      <div class="tried">
        <RequestForm params={props.params} change={props.change} />
        <Show when={props.tried.baseline} fallback={<PageList title="Now" trial={trial()} />}>
          {(baseline) => (
            <div class="beside">
              <PageList title="Now" trial={baseline()} movement={(videoId) => lossOf(videoId, trial())} />
              <PageList
                title="With these settings"
                trial={trial()}
                movement={(videoId, position) => movementOf(videoId, position, baseline())}
              />
            </div>
          )}
        </Show>
        <Show when={Object.keys(changes()).length > 0}>
          <Configuration changes={changes()} />
        </Show>
      </div>
    </div>
  )
}
