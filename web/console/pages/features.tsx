import { useSearchParams } from '@solidjs/router'
import { createMemo, type JSX, Show } from 'solid-js'
import { InspectFeaturesResponse } from '../../generated/vireo/v1/console_data.ts'
import { ask, withQuery } from '../../shared/api.ts'
import { asking } from '../../shared/asking.ts'
import { count, time } from '../../shared/format.ts'
import { Answered } from '../answered.tsx'
import { Catalogue } from '../features/catalogue.tsx'
import { Distribution } from '../features/distribution.tsx'

const path = '/v1/admin/features'

export function Page(): JSX.Element {
  const [params, setParams] = useSearchParams<{ feature?: string; q?: string; of?: string; window?: string }>()
  const catalogue = asking(
    () => true,
    (_, signal) => ask(path, InspectFeaturesResponse, undefined, signal),
  )
  const one = asking(
    createMemo(() => params.feature || undefined),
    (feature, signal) => ask(withQuery(path, { feature }), InspectFeaturesResponse, undefined, signal),
  )
  const wanted = () => ({ search: params.q ?? '', side: params.of ?? '', window: params.window ?? '' })
  const hrefOf = (feature: string) => withQuery('/features', { feature, q: params.q, of: params.of, window: params.window })
  return (
    <>
      <header>
        <h1>Features</h1>
        <p>What a model may read, and whether it is given what it was trained on.</p>
      </header>
      <Answered asking={catalogue}>
        {(answer) => (
          <>
            <Reference answer={answer()} />
            <Show when={params.feature}>
              <Answered asking={one}>{(found) => <Distribution answer={found()} />}</Answered>
            </Show>
            <Catalogue
              features={answer().features}
              wanted={wanted()}
              shown={params.feature ?? ''}
              choose={(changes) => setParams(changes, { replace: true, scroll: false })}
              hrefOf={hrefOf}
            />
          </>
        )}
      </Answered>
    </>
  )
}

/** What is compared with what. */
function Reference(props: { answer: InspectFeaturesResponse }): JSX.Element {
  const training = () => props.answer.training
  return (
    <Show
      when={training()}
      fallback={<p class="card">No model serves: there is nothing to compare with, and no distribution is looked at.</p>}
    >
      {(training) => (
        <p class="quiet">
          {props.answer.model} reads {props.answer.featureSet}. Now is this hour and the last, of one page in sixteen (
          {count(Number(props.answer.live!.pages))} pages so far). {trainingWords(training())}{' '}
          {props.answer.live!.firstHoursOver
            ? "The model's first six hours on this server are over and stay what it is compared with until the server starts again."
            : "The model's first six hours on this server are not over: before that nothing is compared with them."}
        </p>
      )}
    </Show>
  )
}

function trainingWords({ counted, from, problem, rows, until }: NonNullable<InspectFeaturesResponse['training']>): string {
  const window = `${time(from!)} to ${time(until!)}`
  if (counted) return `Training is all that the model was trained on (${window}): ${count(Number(rows))} videos on pages.`
  if (problem !== '') return `How features were in training (${window}) is not known. ${problem}`
  if (Number(rows) === 0)
    return `The lake has no features of the model's training window (${window}), so they are compared with the model's first hours alone.`
  return `Training is what the lake has of the model's training window (${window}): a sample of ${count(Number(rows))} videos on pages.`
}
