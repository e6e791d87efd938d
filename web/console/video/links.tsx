import { A } from '@solidjs/router'
import { type JSX, Show } from 'solid-js'
import type { VideoSummary } from '../../generated/vireo/v1/console_video.ts'
import { stateWord } from './words.ts'

/** A video by its title, with its id below. */
export function VideoLink(props: { video: Pick<VideoSummary, 'videoId' | 'title'> }): JSX.Element {
  return (
    <span class="named">
      <A href={`/video/${encodeURIComponent(props.video.videoId)}`}>{props.video.title || props.video.videoId}</A>
      <Show when={props.video.title !== ''}>
        <code class="quiet">{props.video.videoId}</code>
      </Show>
    </span>
  )
}

export function CreatorLink(props: { creatorId: string }): JSX.Element {
  return (
    <Show when={props.creatorId !== ''} fallback="unknown">
      <A href={`/creator/${encodeURIComponent(props.creatorId)}`}>{props.creatorId}</A>
    </Show>
  )
}

export function State(props: { state: string }): JSX.Element {
  const word = () => stateWord(props.state)
  return <span class={`state ${word().replace(' ', '-')}`}>{word()}</span>
}
