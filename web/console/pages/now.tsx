import { type JSX, Show } from 'solid-js'
import { Problem } from '../../shared/problem.tsx'
import { Figures } from '../now/figures.tsx'
import { following } from '../now/following.ts'
import { Lines } from '../now/lines.tsx'
import { StateOfThings } from '../now/state-of-things.tsx'
import { Categories, Stages } from '../now/tables.tsx'
import { Today } from '../now/today.tsx'
import '../now/now.css'

export function Page(): JSX.Element {
  const { now, points, problem } = following()
  return (
    <>
      <header>
        <h1>Now</h1>
        <p>Is the feed well at this moment, and do people like what it shows them? Told anew every second.</p>
      </header>
      <Show when={problem()}>
        <Problem error={problem()} />
      </Show>
      <Show
        when={now()}
        fallback={
          <p class="quiet" role="status">
            Waiting for the first numbers …
          </p>
        }
      >
        {(latest) => (
          <>
            <StateOfThings now={latest()} />
            <Figures now={latest()} />
            <Lines points={points()} />
            <Categories now={latest()} />
            <Stages now={latest()} />
          </>
        )}
      </Show>
      <Today />
    </>
  )
}
