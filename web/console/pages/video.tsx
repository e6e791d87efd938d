import { A, useParams } from '@solidjs/router'
import { type JSX, Show } from 'solid-js'
import { InspectVideoResponse } from '../../generated/vireo/v1/console_video.ts'
import { ask, withQuery } from '../../shared/api.ts'
import { asking } from '../../shared/asking.ts'
import { Answered } from '../answered.tsx'
import { Changes } from '../video/changes.tsx'
import { Exploration } from '../video/exploration.tsx'
import { Facts } from '../video/facts.tsx'
import { Hours } from '../video/hours.tsx'
import { State } from '../video/links.tsx'
import { Near } from '../video/near.tsx'
import { Search } from '../video/search.tsx'
import { Shown } from '../video/shown.tsx'
import { TakeDown } from '../video/take-down.tsx'
import '../video/video.css'

export function Page(): JSX.Element {
  const route = useParams<{ videoId?: string }>()
  return (
    <Show
      keyed
      when={route.videoId}
      fallback={
        <>
          <header>
            <h1>Videos</h1>
            <p>Finds videos of the catalogue. A video’s page says what is known of it, where it was shown, and takes it down.</p>
          </header>
          <Search />
        </>
      }
    >
      {(videoId) => <Video videoId={videoId} />}
    </Show>
  )
}

function Video(props: { videoId: string }): JSX.Element {
  const inspect = (withShown: boolean) =>
    asking(
      () => props.videoId,
      (id, signal) =>
        ask(
          withQuery(`/v1/admin/videos/${encodeURIComponent(id)}`, withShown ? { with_shown: 'true' } : {}),
          InspectVideoResponse,
          undefined,
          signal,
        ),
    )
  const known = inspect(false)
  // The lake takes a while: the rest does not wait for it.
  const shown = inspect(true)
  const title = () => known.answer()?.video?.title
  return (
    <>
      <header>
        <p>
          <A href="/video">All videos</A>
        </p>
        <div class="headline">
          <h1>{title() || `Video ${props.videoId}`}</h1>
          <Show when={known.answer()?.video}>
            {(video) => (
              <>
                <State state={video().state} />
                <TakeDown videoId={props.videoId} state={video().state} changed={known.again} />
              </>
            )}
          </Show>
        </div>
        <p>What is known of a video: how it does, what exploration makes of it, what is like it, and where it was shown.</p>
      </header>
      <Answered asking={known} waiting="Looking …">
        {(answer) => (
          <>
            <Facts answer={answer()} />
            <Hours hours={answer().hours} asOf={answer().asOf!} />
            <Exploration of={answer().exploration!} plays={answer().ever!.plays} />
            <Near answer={answer()} />
            <Changes changes={answer().changes} />
          </>
        )}
      </Answered>
      <Show when={known.answer()}>
        <Answered asking={shown} waiting="Asking the lake where it was shown …">
          {(answer) => <Shown shown={answer().shown} problem={answer().shownProblem} />}
        </Answered>
      </Show>
    </>
  )
}
