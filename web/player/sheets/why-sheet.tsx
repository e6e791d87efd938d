import type { Result } from '@vireo/client'
import { createResource, For, type JSX, Match, Switch } from 'solid-js'
import { ExplainResponse } from '../../generated/vireo/v1/admin.ts'
import { ApiError, ask, withQuery } from '../../shared/api.ts'
import { Sheet } from './sheet.tsx'
import { explanationOf } from './why-words.ts'

/** Why a video is here: what the server says to everybody, and what it says to who may look behind it. */
export function WhySheet(props: { userid: string; result: Result; close: () => void }): JSX.Element {
  const { reason, tracking, videoId } = props.result
  const path = `/v1/admin/explain/${encodeURIComponent(props.userid)}/${encodeURIComponent(videoId)}`
  const [response] = createResource(() => ask(withQuery(path, { tracking }), ExplainResponse))
  const told = () => (response.error === undefined ? response() : undefined)
  return (
    <Sheet title="Why this video?" close={props.close}>
      <p class="lead">{reason || 'The server gives no reason.'}</p>
      <Switch
        fallback={
          <p class="quiet" role="status">
            Asking the server …
          </p>
        }
      >
        <Match when={response.error}>
          <p class="quiet">{refusalOf(response.error)}</p>
        </Match>
        <Match when={told()}>
          {(message) => (
            <>
              <ul class="why">
                <For each={explanationOf(message())}>{(sentence) => <li>{sentence}</li>}</For>
              </ul>
              <p>
                <a href={`/console/person/${encodeURIComponent(props.userid)}`}>This person in the console</a>
                {' · '}
                <a href={`/console/video/${encodeURIComponent(videoId)}`}>This video</a>
              </p>
            </>
          )}
        </Match>
      </Switch>
    </Sheet>
  )
}

function refusalOf(error: unknown): string {
  if (!(error instanceof ApiError)) return 'More can’t be said now: the server does not answer.'
  return error.code === 'UNKNOWN' || error.retryable ? 'More can’t be said now.' : `You have no access to more than that. ${error.message}`
}
