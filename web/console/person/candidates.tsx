import { A } from '@solidjs/router'
import { createMemo, For, type JSX } from 'solid-js'
import type { FeedTrial_Candidate as Candidate, FeedTrial } from '../../generated/vireo/v1/console_person.ts'
import { count, duration, number } from '../../shared/format.ts'
import { Table, type TableColumn } from '../../shared/table.tsx'
import { fateOf, kindOfFate } from './movement.ts'
import { type Params, textOf } from './settings.ts'

/** Terms that are shown together. */
const groups = {
  score: {
    name: 'Terms of the score',
    terms: ['retrieval', 'co_watching', 'value', 'creator_value', 'session_interest', 'suppression', 'redundancy'],
  },
  chances: {
    name: 'Chances of each task',
    terms: ['long_view', 'finish', 'like', 'share', 'comment', 'follow', 'skip', 'not_interested', 'click', 'watch_ms'],
  },
  plain: { name: 'Terms without a model', terms: ['similarity', 'popularity', 'rate', 'suppression', 'redundancy', 'unexpectedness'] },
} as const
type Group = keyof typeof groups

/** All that sources found, each with its way through the funnel. */
export function Candidates(props: {
  trial: FeedTrial
  params: Params
  change: (params: Record<string, string | undefined>) => void
}): JSX.Element {
  const chosen = (name: string) => textOf(props.params, name)
  const group = (): Group => (chosen('terms') in groups ? (chosen('terms') as Group) : props.trial.model === '' ? 'plain' : 'score')
  const fates = createMemo(() => [...new Set(props.trial.candidates.map(kindOfFate))])
  const sources = () => props.trial.stages.filter(({ kind }) => kind === 'source').map(({ name }) => name)
  const rows = createMemo(() => {
    const [text, source, fate] = [chosen('text').toLowerCase(), chosen('source'), chosen('fate')]
    const has = ({ categories, creatorId, title, videoId }: Candidate) =>
      [videoId, title, creatorId, ...categories].some((part) => part.toLowerCase().includes(text))
    return props.trial.candidates.filter(
      (candidate) => (source === '' || source in candidate.foundBy) && (fate === '' || kindOfFate(candidate) === fate) && has(candidate),
    )
  })
  const Choice = (of: { name: string; label: string; options: readonly string[] }) => (
    <label>
      {of.label}
      <select value={chosen(of.name)} onChange={(event) => props.change({ [of.name]: event.currentTarget.value || undefined })}>
        <option value="">All</option>
        <For each={of.options}>{(option) => <option selected={option === chosen(of.name)}>{option}</option>}</For>
      </select>
    </label>
  )
  return (
    <>
      <form class="row" onSubmit={(event) => event.preventDefault()}>
        <label>
          Id, title, creator or category
          <input type="search" value={chosen('text')} onInput={(event) => props.change({ text: event.currentTarget.value || undefined })} />
        </label>
        <Choice name="source" label="Found by" options={sources()} />
        <Choice name="fate" label="Fate" options={fates()} />
        <label>
          Show
          <select value={group()} onChange={(event) => props.change({ terms: event.currentTarget.value })}>
            <For each={Object.entries(groups)}>{([value, { name }]) => <option value={value}>{name}</option>}</For>
          </select>
        </label>
      </form>
      <Table
        caption={`${count(rows().length)} of ${count(props.trial.candidates.length)} candidates`}
        rows={rows()}
        columns={columnsOf(props.trial, groups[group()].terms)}
        empty="No candidate is like that."
      />
    </>
  )
}

function columnsOf({ terms }: FeedTrial, shown: readonly string[]): TableColumn<Candidate>[] {
  const last = Number.MAX_SAFE_INTEGER
  const isMoved = ({ baselineRank, rank }: Candidate) => baselineRank !== undefined && baselineRank !== rank
  return [
    {
      name: 'Rank',
      about: 'Place in the ranking, and with the settings in force where it differs',
      cell: (candidate) => (
        <>
          {candidate.rank ?? '–'} {isMoved(candidate) && <small class="quiet">was {candidate.baselineRank}</small>}
        </>
      ),
      sort: ({ rank }) => rank ?? last,
    },
    {
      name: 'Video',
      cell: ({ title, videoId }) => <A href={`/video/${encodeURIComponent(videoId)}`}>{title || videoId}</A>,
      sort: ({ title, videoId }) => title || videoId,
    },
    { name: 'Fate', cell: (candidate) => <span class="unbroken">{fateOf(candidate)}</span>, sort: fateOf },
    {
      name: 'Found by',
      about: 'Each source with the place where it had the video',
      cell: ({ foundBy }) =>
        Object.entries(foundBy)
          .map(([source, place]) => `${source} ${place}`)
          .join(', '),
      sort: ({ foundBy }) => Object.keys(foundBy).join(),
    },
    { name: 'Categories', cell: ({ categories }) => categories.join(', '), sort: ({ categories }) => categories.join() },
    {
      name: 'Score',
      cell: ({ score }) => (score === undefined ? '–' : number(score)),
      sort: ({ score }) => score ?? -last,
    },
    ...shown
      .filter((term) => terms.includes(term))
      .map((term) => ({
        name: term === 'watch_ms' ? 'watch time' : term.replaceAll('_', ' '),
        cell: (candidate: Candidate) => termText(term, candidate.terms[terms.indexOf(term)]),
        sort: (candidate: Candidate) => candidate.terms[terms.indexOf(term)] ?? -last,
      })),
  ]
}

const isChance = (term: string): boolean => term !== 'watch_ms' && (groups.chances.terms as readonly string[]).includes(term)

function termText(term: string, value: number | undefined): string {
  if (value === undefined) return '–'
  if (term === 'watch_ms') return duration(value)
  return isChance(term) ? `${number(100 * value)}%` : number(value)
}
