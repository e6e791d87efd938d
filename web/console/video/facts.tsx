import { For, type JSX, Show } from 'solid-js'
import type { InspectVideoResponse } from '../../generated/vireo/v1/console_video.ts'
import { count, duration, share, time } from '../../shared/format.ts'
import { Table } from '../../shared/table.tsx'
import { Figure } from '../figure.tsx'
import { CreatorLink } from './links.tsx'
import { ageWord } from './words.ts'

/** What the catalogue says of a video, and its counts of all time. */
export function Facts(props: { answer: InspectVideoResponse }): JSX.Element {
  const video = () => props.answer.video!
  const ever = () => props.answer.ever!
  const plays = () => ever().plays
  const ofPlays = (came: number) => (plays() === 0 ? 'of no plays' : `${share(came / plays())} of plays`)
  return (
    <>
      <dl class="figures">
        <Figure name="Recommended" about="times, on pages of all time">
          {count(ever().served)}
        </Figure>
        <Figure name="Plays" about={`and ${count(ever().untimedPlays)} imported without a time`}>
          {count(plays())}
        </Figure>
        <Figure name="Watched 10 s" about={ofPlays(ever().watched10s)}>
          {count(ever().watched10s)}
        </Figure>
        <Figure name="Long views" about={`${ofPlays(ever().longViews)}; 18 s or to the end`}>
          {count(ever().longViews)}
        </Figure>
        <Figure name="Finished" about={ofPlays(ever().finishes)}>
          {count(ever().finishes)}
        </Figure>
        <Figure name="Skipped" about={`${ofPlays(ever().skips)}; left within 3 s`}>
          {count(ever().skips)}
        </Figure>
        <Figure name="Likes" about={`and ${count(ever().untimedLikes)} without a time`}>
          {count(ever().likes)}
        </Figure>
        <Figure name="Shares, comments" about="of all time">{`${count(ever().shares)}, ${count(ever().comments)}`}</Figure>
        <Figure name="Disliked" about="dislikes and “not interested”">
          {count(ever().negatives)}
        </Figure>
        <Figure name="Reports" about="of all time">
          {count(ever().reports)}
        </Figure>
      </dl>
      <div class="grid halves">
        <section class="card" aria-labelledby="facts">
          <h2 id="facts">In the catalogue</h2>
          <dl class="pairs">
            <dt>Id</dt>
            <dd>
              <code>{video().videoId}</code>
            </dd>
            <dt>Creator</dt>
            <dd>
              <CreatorLink creatorId={video().creatorId} />
            </dd>
            <dt>Uploaded</dt>
            <dd>
              {video().uploadTime ? time(video().uploadTime!) : 'unknown'}, age {ageWord(video().uploadTime, props.answer.asOf!)}
            </dd>
            <dt>Length</dt>
            <dd>{video().lengthMs === undefined ? 'unknown' : duration(video().lengthMs!)}</dd>
            <dt>Sound</dt>
            <dd>{video().audioId || 'unknown'}</dd>
            <dt>Language</dt>
            <dd>{video().language || 'suits everybody'}</dd>
            <dt>Countries</dt>
            <dd>{video().countries.join(', ') || 'everywhere'}</dd>
            <dt>Youngest age</dt>
            <dd>{video().ageRating === 0 ? 'any' : `${video().ageRating} years`}</dd>
            <Show when={video().hashtags.length > 0}>
              <dt>Hashtags</dt>
              <dd>
                <For each={video().hashtags}>{(tag) => <span class="tag">#{tag}</span>}</For>
              </dd>
            </Show>
            <dt>File</dt>
            <dd class="address">{video().contentUrl || 'none'}</dd>
          </dl>
        </section>
        <Table
          caption="Categories"
          rows={video().categories}
          empty="None is known."
          columns={[
            { name: 'Category', cell: ({ name }) => name, sort: ({ name }) => name },
            {
              name: 'Confidence',
              about: '0 to 100 %, by who says so; the four of the highest are used',
              cell: ({ confidence }) => (confidence ? share(confidence) : 'not said (counts as 100 %)'),
              sort: ({ confidence }) => confidence || 1,
            },
            { name: 'Says who', cell: ({ source }) => source || 'unknown' },
          ]}
        />
      </div>
    </>
  )
}
