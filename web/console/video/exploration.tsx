import { type JSX, Match, Show, Switch } from 'solid-js'
import { FlowPlace_Kind as Kind, type VideoExploration } from '../../generated/vireo/v1/console_video.ts'
import { number, share } from '../../shared/format.ts'
import { Table } from '../../shared/table.tsx'
import { bucketWord, placeWord } from './words.ts'

/** Where a video is in the bucket flow, what its watch rate is known to be, and how likely it is drawn. */
export function Exploration(props: { of: VideoExploration; plays: number }): JSX.Element {
  const place = () => props.of.place
  return (
    <div class="grid halves">
      <section class="card" aria-labelledby="exploration">
        <h2 id="exploration">Exploration: {placeWord(place())}</h2>
        <p>
          <Switch fallback="It is not drawn: it is older than 30 days, not cleared, or was recommended too often without enough plays.">
            <Match when={place()?.kind === Kind.KIND_PROMOTED}>It was watched as much as its categories, and is left to the ranking.</Match>
            <Match when={place()?.kind === Kind.KIND_RETIRED}>It was watched less than its categories. It is drawn no more.</Match>
            <Match when={place()?.kind === Kind.KIND_BUCKET}>
              It is in the bucket for {bucketWord(place()!)} and leaves it at {place()!.playsBelow}; it has {props.plays}.
            </Match>
          </Switch>
        </p>
        <RateRange of={props.of} />
        <dl class="pairs">
          <dt>Watch rate</dt>
          <dd>
            {share(props.of.mean)} ± {share(props.of.deviation)} of plays last 10 s (posterior mean and deviation)
          </dd>
          <dt>Its categories</dt>
          <dd>{share(props.of.categoryRate)}</dd>
          <dt>Above them</dt>
          <dd>with a probability of {share(props.of.chanceAbove)}</dd>
          <dt>Retires early</dt>
          <dd>
            in the last bucket, once its upper bound ({share(props.of.upperBound)} now) is below {share(props.of.retiresBelow)}
          </dd>
        </dl>
      </section>
      <Show when={place()?.kind === Kind.KIND_BUCKET}>
        <Table
          caption="Odds of an exploring draw, by category"
          rows={props.of.categories}
          columns={[
            { name: 'Category', cell: ({ category }) => category || 'none', sort: ({ category }) => category },
            { name: 'Watch rate', about: 'Of everybody in it', cell: ({ rate }) => share(rate), sort: ({ rate }) => rate },
            {
              name: 'Videos in the bucket',
              about: 'In the same bucket of the category, as fresh or as old',
              cell: ({ videosInBucket }) => videosInBucket,
              sort: ({ videosInBucket }) => videosInBucket,
            },
            {
              name: 'Bucket’s odds',
              about: 'Shared out among the buckets that have videos',
              cell: ({ bucketOdds }) => share(bucketOdds),
              sort: ({ bucketOdds }) => bucketOdds,
            },
            {
              name: 'This video',
              about: 'The chance of this video once a draw has come to the category',
              cell: ({ chance }) => `1 in ${number(1 / chance)}`,
              sort: ({ chance }) => chance,
            },
          ]}
        />
      </Show>
    </div>
  )
}

/** The watch rate with its deviation as a picture, beside its categories' rate. The list below says the same in numbers. */
function RateRange(props: { of: VideoExploration }): JSX.Element {
  const x = (rate: number) => Math.min(1, Math.max(0, rate)) * 100
  return (
    <svg class="rate" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <line class="axis" x1="0" y1="5" x2="100" y2="5" />
      <line class="range" x1={x(props.of.mean - 2 * props.of.deviation)} y1="5" x2={x(props.of.mean + 2 * props.of.deviation)} y2="5" />
      <line class="own" x1={x(props.of.mean)} y1="1" x2={x(props.of.mean)} y2="9" />
      <line class="others" x1={x(props.of.categoryRate)} y1="0" x2={x(props.of.categoryRate)} y2="10" />
    </svg>
  )
}
