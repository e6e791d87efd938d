import { A } from '@solidjs/router'
import { createSignal, For, type JSX, Show } from 'solid-js'
import type { FeedTrial_Candidate as Candidate, FeedTrial_Pick as Pick } from '../../generated/vireo/v1/console_person.ts'
import { duration, number } from '../../shared/format.ts'
import { Bar } from './bar.tsx'
import type { Movement } from './movement.ts'

/** One video of a page: why it is there, and what made its score. */
export function PickRow(props: {
  pick: Pick
  place: number
  movement: Movement | undefined
  /** The largest gain on the page, which fills a bar. */
  most: number
  candidate: Candidate | undefined
  terms: readonly string[]
}): JSX.Element {
  const gains = () => Object.entries(props.pick.gains).filter(([, gain]) => Math.abs(gain) >= 0.005)
  const about = () =>
    [props.pick.source, props.pick.lengthMs === undefined ? '' : duration(props.pick.lengthMs), props.pick.categories.join(', ')]
      .filter((part) => part !== '')
      .join(' · ')
  return (
    <li class="pick">
      <span class="place">{props.place}</span>
      <Thumbnail url={props.pick.thumbnailUrl} category={props.pick.categories[0] ?? ''} />
      <div>
        <div class="title">
          <A href={`/video/${encodeURIComponent(props.pick.videoId)}`}>{props.pick.title || props.pick.videoId}</A>
          <Show when={props.movement}>
            {(movement) => (
              <span class={`move ${movement().tone}`} title={movement().words}>
                <span aria-hidden="true">{movement().sign}</span>
                <span class="spoken">{movement().words}</span>
              </span>
            )}
          </Show>
        </div>
        <Show when={props.movement?.why}>{(why) => <div class="bad">Gone: {why()}</div>}</Show>
        <div>{props.pick.reason}</div>
        <div class="quiet">
          by <A href={`/creator/${encodeURIComponent(props.pick.creatorId)}`}>{props.pick.creatorId}</A> · {about()}
          {props.pick.propensity > 0 && ` · explored with a chance of ${number(100 * props.pick.propensity)}%`}
        </div>
        <dl class="gains">
          <div>
            <dt>score</dt>
            <dd>{number(props.pick.score)}</dd>
          </div>
          <For each={gains()}>
            {([name, gain]) => (
              <div>
                <dt>{name.replaceAll('_', ' ')}</dt>
                <dd>
                  {gain > 0 ? '+' : '−'}
                  {number(Math.abs(gain))}
                </dd>
                <Bar part={Math.abs(gain) / props.most} negative={gain < 0} />
              </div>
            )}
          </For>
        </dl>
        <Show when={props.candidate}>{(candidate) => <Details candidate={candidate()} terms={props.terms} />}</Show>
      </div>
    </li>
  )
}

function Details(props: { candidate: Candidate; terms: readonly string[] }): JSX.Element {
  const found = () =>
    Object.entries(props.candidate.foundBy)
      .map(([source, place]) => `${source} (place ${place})`)
      .join(', ')
  return (
    <details class="more">
      <summary class="quiet">All that counted</summary>
      <p>
        Found by {found()}.<Show when={props.candidate.rank}>{(rank) => ` Place ${rank()} of the ranking.`}</Show>
      </p>
      <dl>
        <For each={props.terms}>
          {(term, at) => (
            <div>
              <dt>{term.replaceAll('_', ' ')}</dt>
              <dd>{number(props.candidate.terms[at()] ?? 0)}</dd>
            </div>
          )}
        </For>
      </dl>
    </details>
  )
}

/** The picture, or the category's name where there is none. */
function Thumbnail(props: { url: string; category: string }): JSX.Element {
  const [isThere, setThere] = createSignal(true)
  return (
    <span class="thumbnail" aria-hidden="true">
      <Show when={isThere() && props.url !== ''} fallback={props.category}>
        <img src={props.url} alt="" loading="lazy" referrerpolicy="no-referrer" onError={() => setThere(false)} />
      </Show>
    </span>
  )
}
