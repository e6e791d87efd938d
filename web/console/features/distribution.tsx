import { createMemo, type JSX, Show } from 'solid-js'
import type { FeatureBin, InspectFeaturesResponse } from '../../generated/vireo/v1/console_data.ts'
import { Bars } from '../../shared/bars.tsx'
import { count, number, share, smallShare } from '../../shared/format.ts'
import { Figure } from '../figure.tsx'
import { Index } from './catalogue.tsx'

/** Fewer values say nothing. */
const leastValues = 2_000

/** One feature: how it is distributed now, and where the model learned it. */
export function Distribution(props: { answer: InspectFeaturesResponse }): JSX.Element {
  const feature = () => props.answer.feature!
  const total = (of: (bin: FeatureBin) => string) => props.answer.bins.reduce((sum, bin) => sum + Number(of(bin)), 0)
  const seriesOf = (name: string, of: (bin: FeatureBin) => string) => {
    const all = total(of)
    return { name: `${name} (${count(all)})`, values: all === 0 ? undefined : props.answer.bins.map((bin) => Number(of(bin)) / all) }
  }
  const labels = createMemo(() => props.answer.bins.map(labelOf))
  return (
    <section class="part card">
      <h2>{feature().name}</h2>
      <p>
        {feature().meaning}
        {feature().window && `, in ${feature().window === 'all' ? 'all time' : `the last ${feature().window}`}`}, in {feature().unit}. Where
        nothing is known it is {feature().without}.
      </p>
      <Show when={!feature().notCompared} fallback={<p class="quiet">Its distribution is not looked at: {feature().notCompared}</p>}>
        <dl class="figures">
          <Figure name="Against training" about="population stability index of this hour and the last">
            <Index value={feature().indexTraining} notCompared="" />
          </Figure>
          <Figure name="Against first hours" about="the same against the model's first six hours here">
            <Index value={feature().indexFirstHours} notCompared="" />
          </Figure>
          <Figure name="Values now" about={`of this hour and the last; fewer than ${count(leastValues)} say nothing`}>
            {count(total(({ live }) => live))}
          </Figure>
          <Figure
            name="Values of training"
            about={props.answer.training?.counted ? 'of all that it was trained on' : 'from the lake, a sample'}
          >
            {count(total(({ training }) => training))}
          </Figure>
        </dl>
        <Show when={props.answer.bins.length > 0} fallback={<p class="quiet">No value was seen yet: one page in sixteen is looked at.</p>}>
          <Bars
            title={`Distribution of ${feature().name}`}
            about={`share of values, by ${feature().unit}, in bins of an octave, by their least`}
            labels={labels()}
            series={[
              seriesOf('now', ({ live }) => live),
              seriesOf('training', ({ training }) => training),
              seriesOf('first hours here', ({ firstHours }) => (props.answer.live!.firstHoursOver ? firstHours : '0')),
            ]}
            format={(value) => (value > 0 && value < 0.01 ? smallShare(value) : share(value))}
          />
        </Show>
      </Show>
    </section>
  )
}

function labelOf({ from, to }: FeatureBin): string {
  if (from < 0) return 'below 0'
  return to - from <= 1 ? number(from) : `${short(from)}–`
}

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 })
const short = (value: number) => compact.format(value)
