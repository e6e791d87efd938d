import { useSearchParams } from '@solidjs/router'
import { createEffect, type JSX, onCleanup, Show } from 'solid-js'
import { ListMeasuresResponse } from '../../generated/vireo/v1/console_now.ts'
import { ask, withQuery } from '../../shared/api.ts'
import { asking } from '../../shared/asking.ts'
import { count, time } from '../../shared/format.ts'
import { Problem } from '../../shared/problem.tsx'
import { LakeProblem } from '../lake-problem.tsx'
import { Categories } from '../measures/categories.tsx'
import { Inventory } from '../measures/inventory.tsx'
import { MeasureCharts } from '../measures/measure-charts.tsx'
import { Range } from '../measures/range.tsx'
import '../measures/measures.css'

/** Days for which the server had no time are asked for again after this, in ms. */
const againMs = 500

export function Page(): JSX.Element {
  const [params, setParams] = useSearchParams<{ from?: string; until?: string; category?: string }>()
  const { again, answer, isAsking, problem } = asking(
    () => withQuery('/v1/admin/measures', { from: params.from, until: params.until }),
    (path, signal) => ask(path, ListMeasuresResponse, undefined, signal),
  )
  const isPartial = () => answer()?.problem === '' && answer()!.missingDays.length > 0
  createEffect(() => {
    if (!isPartial() || problem() !== undefined) return
    const timer = setTimeout(again, againMs)
    onCleanup(() => clearTimeout(timer))
  })
  return (
    <>
      <header>
        <h1>Measures</h1>
        <p>How it goes, day by day (UTC): each measure is defined once and read from the lake.</p>
      </header>
      <Range from={params.from ?? ''} until={params.until ?? ''} choose={(days) => setParams({ ...days })} />
      <Show when={problem()}>
        <Problem error={problem()} again={again} />
      </Show>
      <p class="quiet" role="status" aria-busy={isAsking()}>
        {isAsking() ? 'The lake is being read …' : answer() && standing(answer()!)}
      </p>
      <Show when={answer()?.problem}>
        <LakeProblem says={answer()!.problem} again={again} />
      </Show>
      <Show when={(answer()?.days.length ?? 0) > 0}>
        <MeasureCharts answer={answer()!} />
        <Categories
          answer={answer()!}
          category={params.category}
          choose={(category) => setParams({ category }, { replace: true, scroll: false })}
        />
        <Inventory answer={answer()!} />
      </Show>
    </>
  )
}

function standing({ days, missingDays, problem, recordedUntil }: ListMeasuresResponse): string {
  if (days.length === 0 && problem !== '') return ''
  const missing =
    missingDays.length === 0 ? '' : ` ${count(missingDays.length)} more ${problem === '' ? 'are still to be read' : 'could not be read'}.`
  return `${count(days.length)} days${recordedUntil === undefined ? '' : `, with what was accepted until ${time(recordedUntil)}`}.${missing}`
}
