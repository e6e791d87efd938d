import { type Accessor, type JSX, Show } from 'solid-js'
import type { Asking } from '../shared/asking.ts'
import { Problem } from '../shared/problem.tsx'
import './parts.css'

/** The latest answer, with what is wrong above it. */
export function Answered<Answer>(props: {
  asking: Asking<Answer>
  /** Said while the first answer is on its way. */
  waiting?: string
  children: (answer: Accessor<Answer>) => JSX.Element
}): JSX.Element {
  return (
    <div class="part" aria-busy={props.asking.isAsking()}>
      <Show when={props.asking.problem()}>{(problem) => <Problem error={problem()} again={props.asking.again} />}</Show>
      <Show
        when={props.asking.answer()}
        fallback={
          <Show when={!props.asking.problem()}>
            <p class="quiet" role="status">
              {props.waiting ?? 'Loading …'}
            </p>
          </Show>
        }
      >
        {(answer) => props.children(answer as Accessor<Answer>)}
      </Show>
    </div>
  )
}
