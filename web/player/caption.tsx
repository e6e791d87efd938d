import { For, type JSX, Show } from 'solid-js'
import type { Entry } from './entry.ts'
import { isGenerated } from './media.ts'
import { categoryName, creatorName } from './names.ts'

/** What the video is, by whom, and why it is here. */
export function Caption(props: { entry: Entry }): JSX.Element {
  const { result } = props.entry
  return (
    <div class="caption">
      <h2>{result.videoTitle}</h2>
      <p class="facts">
        <Show when={result.creatorId}>
          <span>by {creatorName(result.creatorId)}</span>
        </Show>
        <span>{result.videoStats}</span>
      </p>
      <Show when={result.reason}>
        <p class="reason">{result.reason}</p>
      </Show>
      <p class="tags">
        <Show when={isGenerated(result.videoUrl)}>
          <span class="tag" title="The sample has no media: this clip was drawn by a program">
            generated clip
          </span>
        </Show>
        <For each={result.categories}>{(category) => <span class="tag">{categoryName(category)}</span>}</For>
      </p>
    </div>
  )
}
