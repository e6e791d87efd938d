import { A, useNavigate, useParams } from '@solidjs/router'
import { type JSX, Show } from 'solid-js'
import { InspectCreatorResponse } from '../../generated/vireo/v1/console_video.ts'
import { ask } from '../../shared/api.ts'
import { asking } from '../../shared/asking.ts'
import { count, share } from '../../shared/format.ts'
import { Answered } from '../answered.tsx'
import { Videos } from '../creator/videos.tsx'
import { Figure } from '../figure.tsx'
import '../video/video.css'
import '../creator/creator.css'

export function Page(): JSX.Element {
  const route = useParams<{ creatorId?: string }>()
  const navigate = useNavigate()
  const submit = (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault()
    navigate(`/creator/${encodeURIComponent(String(new FormData(event.currentTarget).get('creator')).trim())}`)
  }
  return (
    <>
      <header>
        <h1>{route.creatorId ? `Creator ${route.creatorId}` : 'A creator'}</h1>
        <p>How a creator’s videos do against others that are as far in exploration, and what their new ones are given.</p>
        <form class="row" onSubmit={submit}>
          <label>
            Creator
            <input name="creator" value={route.creatorId ?? ''} placeholder="An id" autocomplete="off" required />
          </label>
          <button type="submit">Open</button>
        </form>
      </header>
      <Show keyed when={route.creatorId}>
        {(creatorId) => <Creator creatorId={creatorId} />}
      </Show>
    </>
  )
}

function Creator(props: { creatorId: string }): JSX.Element {
  const known = asking(
    () => props.creatorId,
    (id, signal) => ask(`/v1/admin/creators/${encodeURIComponent(id)}`, InspectCreatorResponse, undefined, signal),
  )
  return (
    <Answered asking={known} waiting="Looking …">
      {(answer) => (
        <>
          <dl class="figures">
            <Figure name="Videos" about={`${count(answer().videosCleared)} of them cleared`}>
              {count(answer().videosTotal)}
            </Figure>
            <Figure name="Impressions" about="of all their videos, of all time">
              {count(Number(answer().impressions))}
            </Figure>
            <Figure name="Follows" about="follow events; who left again is not taken off">
              {count(Number(answer().follows))}
            </Figure>
            <Figure
              name="New videos"
              about={`of the last 7 days; recommended ${count(Number(answer().firstDayServed))} times in their first 24 h`}
            >
              {count(answer().newVideos)}
            </Figure>
            <Figure
              name="Gain in the ranking"
              about={`of a score, times the chance of a long view; none from ${count(answer().valueGainUntil)} impressions on`}
            >{`+${share(answer().valueGain)}`}</Figure>
          </dl>
          <Videos videos={answer().videos} total={answer().videosTotal} asOf={answer().asOf!} />
          <p>
            <A href={`/video?creator_id=${encodeURIComponent(props.creatorId)}`}>Search among their videos</A>
          </p>
        </>
      )}
    </Answered>
  )
}
