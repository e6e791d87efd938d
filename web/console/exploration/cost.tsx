import { type JSX, Show } from 'solid-js'
import type { CostSide, ExplorationCost } from '../../generated/vireo/v1/console_video.ts'
import { count, duration, share, time } from '../../shared/format.ts'
import { Table } from '../../shared/table.tsx'
import { Figure } from '../figure.tsx'

/** Half of the interval that has the true value with 95 %, in standard errors. */
const interval = 1.96

/** What exploring costs, by the lake. */
export function Cost(props: { cost: ExplorationCost | undefined; problem: string; share: number }): JSX.Element {
  return (
    <Show when={props.cost} fallback={<p class="quiet">Unknown. {props.problem}</p>}>
      {(cost) => (
        <Show when={Number(cost().served) > 0} fallback={<p class="quiet">No page of this time is in the lake yet.</p>}>
          <p>
            Counted are pages from {time(cost().from!)} until {time(cost().until!)}; what came later is not in the lake yet.
          </p>
          <dl class="figures">
            <Figure
              name="Explored"
              about={`${count(Number(cost().explored))} of ${count(Number(cost().served))} results served; ${share(props.share)} of positions draw`}
            >
              {share(Number(cost().explored) / Number(cost().served))}
            </Figure>
            <Figure
              name="Lost in long views"
              about={`an explored result, against ranked ones of the same ${count(Number(cost().pages))} pages`}
            >
              {lost(cost())}
            </Figure>
            <Figure name="Lost in all" about="of the long views that pages would have without exploring">
              {lostInAll(cost())}
            </Figure>
          </dl>
          <Table
            caption="Explored and ranked results of the same pages"
            rows={[
              { name: 'Explored', side: cost().exploredSide! },
              { name: 'Ranked', side: cost().rankedSide! },
            ]}
            columns={[
              { name: 'Placed by', cell: ({ name }) => (name === 'Explored' ? 'exploration' : 'the ranking') },
              {
                name: 'Results',
                about: 'Displayed, and it is known whether they were watched long',
                cell: ({ side }) => count(Number(side.results)),
                sort: ({ side }) => Number(side.results),
              },
              { name: 'Long views', cell: ({ side }) => count(Number(side.longViews)), sort: ({ side }) => Number(side.longViews) },
              { name: 'Rate', about: 'Long views of results', cell: ({ side }) => share(rateOf(side)), sort: ({ side }) => rateOf(side) },
              {
                name: 'Watched',
                about: 'A result, on average',
                cell: ({ side }) => duration(Number(side.watchMs) / Number(side.results)),
                sort: ({ side }) => Number(side.watchMs) / Number(side.results),
              },
            ]}
          />
        </Show>
      )}
    </Show>
  )
}

const rateOf = ({ longViews, results }: CostSide) => Number(longViews) / Number(results)

function lost({ lostError, lostPerResult }: ExplorationCost): string {
  if (lostPerResult === undefined) return 'unknown'
  return lostError === undefined ? share(lostPerResult) : `${share(lostPerResult)} ± ${share(interval * lostError)}`
}

function lostInAll({ explored, lostPerResult, rankedSide, served }: ExplorationCost): string {
  const ranked = rateOf(rankedSide!)
  if (lostPerResult === undefined || !(ranked > 0)) return 'unknown'
  return share((Number(explored) / Number(served)) * (lostPerResult / ranked))
}
