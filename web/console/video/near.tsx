import { type JSX, Show } from 'solid-js'
import type { InspectVideoResponse } from '../../generated/vireo/v1/console_video.ts'
import { count, number } from '../../shared/format.ts'
import { Table } from '../../shared/table.tsx'
import { CreatorLink, State, VideoLink } from './links.tsx'

/** The videos whose vectors are nearest. */
export function Near(props: { answer: InspectVideoResponse }): JSX.Element {
  return (
    <Show
      when={props.answer.hasVector}
      fallback={
        <section class="card">
          <h2>Nearest neighbours</h2>
          <p class="quiet">
            {props.answer.model === ''
              ? 'No model serves, so no vectors say which videos are alike.'
              : `The model ${props.answer.model} has no vector of this video.`}
          </p>
        </section>
      }
    >
      <Table
        caption={`Nearest neighbours, by the vectors of ${props.answer.model}`}
        rows={props.answer.near}
        columns={[
          { name: 'Video', cell: ({ video }) => <VideoLink video={video!} />, sort: ({ video }) => video!.title },
          {
            name: 'Similarity',
            about: 'Cosine of the vectors, −1 to 1',
            cell: ({ similarity }) => number(similarity),
            sort: ({ similarity }) => similarity,
          },
          { name: 'Creator', cell: ({ video }) => <CreatorLink creatorId={video!.creatorId} />, sort: ({ video }) => video!.creatorId },
          { name: 'Categories', cell: ({ video }) => video!.categories.join(', ') || 'none' },
          { name: 'State', cell: ({ video }) => <State state={video!.state} />, sort: ({ video }) => video!.state },
          { name: 'Long views', about: 'Of all time', cell: ({ video }) => count(video!.longViews), sort: ({ video }) => video!.longViews },
        ]}
      />
    </Show>
  )
}
