import { useSearchParams } from '@solidjs/router'
import { For, type JSX } from 'solid-js'
import { InspectExplorationResponse } from '../../generated/vireo/v1/console_video.ts'
import { ask, withQuery } from '../../shared/api.ts'
import { asking } from '../../shared/asking.ts'
import { count, share } from '../../shared/format.ts'
import { Answered } from '../answered.tsx'
import { Categories } from '../exploration/categories.tsx'
import { Cost } from '../exploration/cost.tsx'
import { Flow } from '../exploration/flow.tsx'
import { Hundredth } from '../exploration/hundredth.tsx'
import { Figure } from '../figure.tsx'
import '../video/video.css'
import '../exploration/exploration.css'

const spans = [
  ['6', '6 hours'],
  ['24', '24 hours'],
  ['168', '7 days'],
] as const

export function Page(): JSX.Element {
  const [params, setParams] = useSearchParams<{ hours?: string }>()
  const hours = () => params.hours ?? '24'
  const flow = asking(
    () => '/v1/admin/exploration',
    (path, signal) => ask(path, InspectExplorationResponse, undefined, signal),
  )
  const cost = asking(hours, (asked, signal) =>
    ask(withQuery('/v1/admin/exploration', { with_cost: 'true', hours: asked }), InspectExplorationResponse, undefined, signal),
  )
  return (
    <>
      <header>
        <h1>Exploration</h1>
        <p>How new videos find out what they are worth: where they are in the bucket flow, how soon they are seen, and what that costs.</p>
      </header>
      <Answered asking={flow} waiting="Counting …">
        {(answer) => (
          <>
            <Flow counts={answer().all!} buckets={answer().buckets} />
            <dl class="figures">
              <Figure name="Positions that draw" about="as configured; a draw that can’t be shown gives it back">
                {share(answer().share)}
              </Figure>
              <Figure name="For the last day’s uploads" about="of draws, where there are any">
                {share(answer().freshShare)}
              </Figure>
              <Figure name="Promoted ever" about="of all videos, however old">
                {count(answer().promotedEver)}
              </Figure>
              <Figure name="Retired ever" about="of all videos, however old">
                {count(answer().retiredEver)}
              </Figure>
            </dl>
            <Hundredth rows={answer().hundredth} medianHours={answer().hundredthMedianHours} />
            <Categories answer={answer()} />
          </>
        )}
      </Answered>
      <section class="part" aria-labelledby="cost">
        <div class="headline">
          <h2 id="cost">What exploring costs</h2>
          <form>
            <label>
              The last
              <select value={hours()} onChange={(event) => setParams({ hours: event.currentTarget.value })}>
                <For each={spans}>{([value, name]) => <option value={value}>{name}</option>}</For>
              </select>
            </label>
          </form>
        </div>
        <Answered asking={cost} waiting="Asking the lake …">
          {(answer) => <Cost cost={answer().cost} problem={answer().costProblem} share={answer().share} />}
        </Answered>
      </section>
    </>
  )
}
