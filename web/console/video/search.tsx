import { useSearchParams } from '@solidjs/router'
import { createMemo, For, type JSX, Show } from 'solid-js'
import { SearchVideosResponse, VideoOrder, type VideoSummary } from '../../generated/vireo/v1/console_video.ts'
import { ask, withQuery } from '../../shared/api.ts'
import { asking } from '../../shared/asking.ts'
import { count, duration, time } from '../../shared/format.ts'
import { Table } from '../../shared/table.tsx'
import { Answered } from '../answered.tsx'
import { CreatorLink, State, VideoLink } from './links.tsx'
import { placeWord, stateChoices } from './words.ts'

const names = ['query', 'creator_id', 'category', 'state', 'order', 'page_token'] as const
type Choice = Partial<Record<(typeof names)[number], string>>

/** Finds videos; what is looked for is in the address. */
export function Search(): JSX.Element {
  const [params, setParams] = useSearchParams<Choice>()
  const path = createMemo(() => withQuery('/v1/admin/videos', Object.fromEntries(names.map((name) => [name, params[name]]))))
  const found = asking(path, (asked, signal) => ask(asked, SearchVideosResponse, undefined, signal))
  const submit = (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setParams({ ...Object.fromEntries(names.map((name) => [name, String(form.get(name) ?? '').trim() || undefined])) })
  }
  return (
    <>
      <form class="row search" onSubmit={submit}>
        <label class="wide">
          Id or words of the title
          <input name="query" type="search" value={params.query ?? ''} placeholder="The beginning of an id, or words" />
        </label>
        <label>
          Creator
          <input name="creator_id" value={params.creator_id ?? ''} placeholder="Any" />
        </label>
        <label>
          Category
          <input name="category" value={params.category ?? ''} placeholder="Any" />
        </label>
        <label>
          State
          <select name="state">
            <option value="">Any</option>
            <For each={stateChoices}>
              {([value, word]) => (
                <option value={value} selected={params.state === value}>
                  {word}
                </option>
              )}
            </For>
          </select>
        </label>
        <label>
          First
          <select name="order">
            <option value="">Latest upload</option>
            <option value={VideoOrder.VIDEO_ORDER_MOST_WATCHED} selected={params.order === VideoOrder.VIDEO_ORDER_MOST_WATCHED}>
              Most watched
            </option>
          </select>
        </label>
        <button type="submit">Search</button>
      </form>
      <Answered asking={found} waiting="Looking …">
        {(answer) => (
          <>
            <Show when={answer().titlesCut}>
              <p class="warn">
                So many titles have these words that only the {count(answer().titles)} latest arrivals were looked at. Add a word to see
                all.
              </p>
            </Show>
            <Results videos={answer().videos} total={answer().total} />
            <nav class="row" aria-label="Pages">
              <Show when={params.page_token}>
                <button type="button" class="second" onClick={() => setParams({ page_token: undefined })}>
                  First page
                </button>
              </Show>
              <Show when={answer().nextPageToken}>
                <button type="button" class="second" onClick={() => setParams({ page_token: answer().nextPageToken })}>
                  Next page
                </button>
              </Show>
            </nav>
          </>
        )}
      </Answered>
    </>
  )
}

function Results(props: { videos: readonly VideoSummary[]; total: number }): JSX.Element {
  return (
    <Table
      caption={`${count(props.total)} ${props.total === 1 ? 'video matches' : 'videos match'}`}
      rows={props.videos}
      empty="No video matches."
      columns={[
        { name: 'Video', cell: (video) => <VideoLink video={video} />, sort: ({ title }) => title },
        { name: 'Creator', cell: ({ creatorId }) => <CreatorLink creatorId={creatorId} />, sort: ({ creatorId }) => creatorId },
        { name: 'Categories', cell: ({ categories }) => categories.join(', ') || 'none' },
        { name: 'State', cell: ({ state }) => <State state={state} />, sort: ({ state }) => state },
        {
          name: 'Uploaded',
          cell: ({ uploaded }) => (uploaded === undefined ? 'unknown' : time(uploaded)),
          sort: ({ uploaded }) => uploaded ?? '',
        },
        {
          name: 'Length',
          cell: ({ lengthMs }) => (lengthMs === undefined ? 'unknown' : duration(lengthMs)),
          sort: ({ lengthMs }) => lengthMs ?? -1,
        },
        { name: 'Recommended', about: 'Of all time', cell: ({ served }) => count(served), sort: ({ served }) => served },
        {
          name: 'Long views',
          about: 'Plays of 18 s or more or to the end, of all time, with those that were imported without a time',
          cell: ({ longViews }) => count(longViews),
          sort: ({ longViews }) => longViews,
        },
        { name: 'Exploration', cell: ({ place }) => placeWord(place), sort: ({ place }) => placeWord(place) },
      ]}
    />
  )
}
