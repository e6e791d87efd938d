import { useHref, useResolvedPath, useSearchParams } from '@solidjs/router'
import { createMemo, For, type JSX, Match, Show, Switch } from 'solid-js'
import { InspectPersonResponse, TryFeedResponse } from '../../generated/vireo/v1/console_person.ts'
import { ask, withQuery } from '../../shared/api.ts'
import { asking } from '../../shared/asking.ts'
import { Answered } from '../answered.tsx'
import { Candidates } from './candidates.tsx'
import { FeedNow } from './feed-now.tsx'
import { Funnel } from './funnel.tsx'
import { Known } from './known.tsx'
import { changesIn, type Params, questionOf, textOf, withoutSettings } from './settings.ts'
import './person.css'

/** A dial that is still being turned asks nothing. */
const settleMs = 200

const views = [
  ['', 'Feed now'],
  ['candidates', 'Candidates'],
  ['known', 'History and interests'],
] as const

/** One person in three views; all that is chosen is in the address. */
export function Person(props: { userid: string }): JSX.Element {
  const [params, setParams] = useSearchParams()
  const view = () => textOf(params, 'view')
  const change = (changes: Readonly<Record<string, string | number | undefined>>) => setParams(changes, { replace: true })

  const tried = asking(
    createMemo(() => JSON.stringify(questionOf(props.userid, params))),
    (question, signal) => ask('/v1/admin/try-feed', TryFeedResponse, JSON.parse(question), signal),
    settleMs,
  )
  const inspect = (query: Readonly<Record<string, string>>) =>
    asking(
      () => (view() === 'known' ? props.userid : undefined),
      (userid, signal) => ask(withQuery(`/v1/admin/people/${encodeURIComponent(userid)}`, query), InspectPersonResponse, undefined, signal),
    )
  const known = inspect({})
  // The lake takes a while: the rest does not wait for it.
  const surfaces = inspect({ with_surfaces: 'true' })
  return (
    <>
      <nav class="views" aria-label="About this person">
        <For each={views}>{([value, name]) => <View userid={props.userid} params={params} value={value} name={name} />}</For>
      </nav>
      {/* A link may bring settings that the server refuses. */}
      <Show when={tried.problem() && Object.keys(changesIn(params)).length > 0}>
        <div>
          <button type="button" class="second" onClick={() => change(withoutSettings)}>
            All settings as they are
          </button>
        </div>
      </Show>
      <Switch>
        <Match when={view() === 'known'}>
          <Answered asking={known}>{(person) => <Known person={person()} surfaces={surfaces} />}</Answered>
        </Match>
        <Match when={view() === 'candidates'}>
          <Answered asking={tried}>
            {(answer) => (
              <>
                <Funnel trial={answer().trial!} choose={change} />
                <Candidates trial={answer().trial!} params={params} change={change} />
              </>
            )}
          </Answered>
        </Match>
        <Match when={true}>
          <Answered asking={tried}>{(answer) => <FeedNow tried={answer()} params={params} change={change} />}</Answered>
        </Match>
      </Switch>
    </>
  )
}

/** A way to another part of the page, with all else that the address says. */
function View(props: { userid: string; params: Params; value: string; name: string }): JSX.Element {
  const path = useResolvedPath(() => {
    const others = Object.keys(props.params).filter((name) => name !== 'view')
    const search = new URLSearchParams(others.map((name) => [name, textOf(props.params, name)]))
    if (props.value !== '') search.set('view', props.value)
    return `/person/${encodeURIComponent(props.userid)}${search.size > 0 ? `?${search}` : ''}`
  })
  const href = useHref(path)
  return (
    <a href={href()} aria-current={textOf(props.params, 'view') === props.value ? 'true' : undefined}>
      {props.name}
    </a>
  )
}
