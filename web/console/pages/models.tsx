import { useSearchParams } from '@solidjs/router'
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { ListModelsResponse } from '../../generated/vireo/v1/admin.ts'
import { InspectModelsResponse } from '../../generated/vireo/v1/console_models.ts'
import { ask, withQuery } from '../../shared/api.ts'
import { asking } from '../../shared/asking.ts'
import { time } from '../../shared/format.ts'
import { Answered } from '../answered.tsx'
import { Calibration } from '../models/calibration.tsx'
import { ChangeDialog } from '../models/change-dialog.tsx'
import { History } from '../models/history.tsx'
import { Quality } from '../models/quality.tsx'
import { Drift, Shown } from '../models/shown.tsx'
import { type Change, Versions } from '../models/versions.tsx'
import '../models/models.css'

const spans = [
  ['24', 'the last day'],
  ['72', 'the last 3 days'],
  ['168', 'the last week'],
] as const

export function Page(): JSX.Element {
  const [params, setParams] = useSearchParams<{ version?: string; watched?: string; hours?: string; task?: string }>()
  const choose = (changes: Partial<typeof params>) => setParams(changes, { replace: true, scroll: false })
  const hrefOf = (version: string) => withQuery('/models', { ...params, version })
  const [change, setChange] = createSignal<Change>()
  const [changed, setChanged] = createSignal('')
  const always = () => true
  const list = asking(always, (_, signal) => ask('/v1/admin/models', ListModelsResponse, undefined, signal))
  const watched = asking(always, (_, signal) => ask('/v1/admin/predictions', InspectModelsResponse, undefined, signal))
  const history = asking(
    createMemo(() => params.hours || undefined),
    (hours, signal) => ask(withQuery('/v1/admin/predictions', { lake_hours: hours }), InspectModelsResponse, undefined, signal),
  )
  const done = (version: string) => {
    setChange(undefined)
    setChanged(version)
    list.again()
    watched.again()
  }
  return (
    <>
      <header>
        <h1>Models</h1>
        <p>Which models there are and what each was trained on, which serves, and whether what it says still comes true.</p>
      </header>
      <Answered asking={list}>
        {(answer) => {
          const shown = () => answer().models.find((model) => model.problem === '' && model.version === params.version) ?? serving()
          const serving = () => answer().models.find(({ serves }) => serves) ?? answer().models.find(({ problem }) => problem === '')
          return (
            <>
              <p class="good" role="status">
                {changed() && `${changed()} serves now.`}
              </p>
              <Versions list={answer()} shown={shown()?.version ?? ''} hrefOf={hrefOf} ask={setChange} />
              <Show when={shown()}>{(model) => <Quality model={model()} />}</Show>
            </>
          )
        }}
      </Answered>
      <Answered asking={watched}>
        {(answer) => {
          const model = () => answer().models.find((each) => each.model === params.watched) ?? answer().models[0]
          return (
            <>
              <section class="part">
                <h2>Does it come true?</h2>
                <p class="quiet">
                  What the server has watched since {time(answer().since!)}. A page is judged ten minutes after it was served.
                </p>
                <Show when={model()} fallback={<p class="card">No model has ranked a page since then.</p>}>
                  {(shown) => (
                    <>
                      <label class="narrow">
                        Version
                        <select value={shown().model} onChange={(event) => choose({ watched: event.currentTarget.value })}>
                          <For each={answer().models}>{(each) => <option value={each.model}>{each.model}</option>}</For>
                        </select>
                      </label>
                      <Calibration model={shown()} limits={answer().limits!} />
                      <h2>Is it given what it was given first?</h2>
                      <Drift model={shown()} limits={answer().limits!} />
                    </>
                  )}
                </Show>
              </section>
              <Shown answer={answer()} />
            </>
          )
        }}
      </Answered>
      <section class="part">
        <h2>By hour and by category</h2>
        <label class="narrow">
          Ask the lake for
          <select value={params.hours ?? ''} onChange={(event) => choose({ hours: event.currentTarget.value })}>
            <option value="">nothing: it takes seconds</option>
            <For each={spans}>{([hours, name]) => <option value={hours}>{name}</option>}</For>
          </select>
        </label>
        <Show when={params.hours}>
          <Answered asking={history} waiting="Looking through the lake …">
            {(answer) => (
              <Show when={answer().history} fallback={<p class="card warn">{answer().historyProblem}</p>}>
                {(found) => <History history={found()} task={params.task ?? ''} choose={(task) => choose({ task })} />}
              </Show>
            )}
          </Answered>
        </Show>
      </section>
      <ChangeDialog change={change()} close={() => setChange(undefined)} done={done} />
    </>
  )
}
