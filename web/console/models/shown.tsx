import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import type { InspectModelsResponse, WatchedModel, WatchLimits } from '../../generated/vireo/v1/console_models.ts'
import { count, duration, number, share } from '../../shared/format.ts'
import { Table } from '../../shared/table.tsx'
import { Figure } from '../figure.tsx'

/** Whether a version is given what it was given first. */
export function Drift(props: { model: WatchedModel; limits: WatchLimits }): JSX.Element {
  return (
    <Table
      caption={`Features furthest from the model's first six hours here (${count(props.model.featuresMoved)} above ${props.limits.featureIndex})`}
      rows={props.model.features}
      empty="Not known yet: it takes six hours of one model, and 2,000 values since."
      columns={[
        {
          name: 'Feature',
          cell: ({ feature }) => <A href={`/features?feature=${encodeURIComponent(feature)}`}>{feature}</A>,
          sort: ({ feature }) => feature,
        },
        {
          name: 'Stability index',
          about: 'Population stability index: up to 0.1 is stable, above 0.25 another population',
          cell: ({ index }) => <span classList={{ bad: index > props.limits.featureIndex }}>{number(index)}</span>,
          sort: ({ index }) => index,
        },
      ]}
    />
  )
}

/** What the feed has become by it. */
export function Shown(props: { answer: InspectModelsResponse }): JSX.Element {
  const pages = () => props.answer.pages!
  const videos = () => Number(pages().videos)
  const shown = () => props.answer.sources.reduce((total, source) => total + Number(source.shown), 0)
  const watchedMs = () => props.answer.sources.reduce((total, source) => total + source.watchedMs, 0)
  return (
    <section class="part">
      <h2>What is shown</h2>
      <dl class="figures">
        <Figure name="Served" about="videos, since the server began to watch">
          {count(videos())}
        </Figure>
        <Figure name="New in a day" about="share of them, uploaded at most 24 h before">
          {videos() > 0 ? share(Number(pages().newInADay) / videos()) : '–'}
        </Figure>
        <Figure name="New in a week" about="share of them, uploaded at most 7 days before">
          {videos() > 0 ? share(Number(pages().newInAWeek) / videos()) : '–'}
        </Figure>
        <Figure name="Diversity" about={`mean of 1 − cosine in a page, of ${count(Number(pages().diversityPages))} pages`}>
          {pages().diversity === undefined ? '–' : number(pages().diversity!)}
        </Figure>
        <Figure name="Novelty" about="bits: −log2 of a video's share of impressions">
          {pages().noveltyBits === undefined ? '–' : number(pages().noveltyBits!)}
        </Figure>
        <Figure name="Passed over" about="pages not looked at, as too many waited">
          {count(Number(props.answer.pagesPassedOver))}
        </Figure>
      </dl>
      <Table
        caption="Sources: what each brought of what people came to"
        rows={props.answer.sources}
        empty="Nobody came to anything that was served since then, or it was not judged yet."
        columns={[
          { name: 'Source', cell: ({ source }) => source, sort: ({ source }) => source },
          { name: 'Videos', about: 'That people came to', cell: ({ shown }) => count(Number(shown)), sort: ({ shown }) => Number(shown) },
          {
            name: 'Share of them',
            cell: (source) => share(Number(source.shown) / shown()),
            sort: (source) => Number(source.shown) / shown(),
          },
          {
            name: 'Long views',
            about: 'Watched whole, or for 18 s, of those videos',
            cell: (source) => share(Number(source.longViews) / Number(source.shown)),
            sort: (source) => Number(source.longViews) / Number(source.shown),
          },
          { name: 'Watched', cell: (source) => duration(source.watchedMs), sort: (source) => source.watchedMs },
          {
            name: 'Share of time',
            cell: (source) => share(source.watchedMs / watchedMs()),
            sort: (source) => source.watchedMs / watchedMs(),
          },
        ]}
      />
    </section>
  )
}
