import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import {
  type InspectPersonResponse_Interaction as Interaction,
  InspectPersonResponse_Outcome as Outcome,
} from '../../generated/vireo/v1/console_person.ts'
import { duration, share, time } from '../../shared/format.ts'
import { Table } from '../../shared/table.tsx'

/** Of how a video was watched the strongest is told. */
const watched: readonly (readonly [Outcome, string])[] = [
  [Outcome.OUTCOME_FINISH, 'watched whole'],
  [Outcome.OUTCOME_LONG_VIEW, 'long view'],
  [Outcome.OUTCOME_WATCHED_10S, 'watched 10 s'],
  [Outcome.OUTCOME_SKIP, 'skipped'],
  [Outcome.OUTCOME_WATCHED, 'played'],
]
const acts: readonly (readonly [Outcome, string])[] = [
  [Outcome.OUTCOME_LIKE, 'liked'],
  [Outcome.OUTCOME_SHARE, 'shared'],
  [Outcome.OUTCOME_COMMENT, 'commented'],
  [Outcome.OUTCOME_FOLLOW, 'followed'],
  [Outcome.OUTCOME_DISLIKE, 'disliked'],
  [Outcome.OUTCOME_NOT_INTERESTED, 'not interested'],
  [Outcome.OUTCOME_REPORT, 'reported'],
]

/** What the person did last. */
export function HistoryTable(props: { history: readonly Interaction[]; note: string }): JSX.Element {
  return (
    <Table
      caption={`History, the newest first${props.note}`}
      rows={props.history}
      empty="Nothing was done yet."
      columns={[
        { name: 'Time', cell: (done) => <span class="unbroken">{time(done.time!)}</span>, sort: (done) => done.time! },
        {
          name: 'Video',
          cell: ({ video }) => <A href={`/video/${encodeURIComponent(video!.videoId)}`}>{video!.title || video!.videoId}</A>,
          sort: ({ video }) => video!.title,
        },
        { name: 'Categories', cell: ({ video }) => video!.categories.join(', '), sort: ({ video }) => video!.categories.join() },
        { name: 'What', cell: whatOf, sort: whatOf },
        {
          name: 'Watched',
          about: 'Time of the last play',
          cell: ({ watchMs }) => (watchMs === undefined ? '–' : duration(watchMs)),
          sort: ({ watchMs }) => watchMs ?? -1,
        },
        {
          name: 'Of its length',
          cell: (done) => (ratioOf(done) < 0 ? '–' : share(ratioOf(done))),
          sort: ratioOf,
        },
        {
          name: 'Surface',
          about: 'Where it was shown: of the last pages, and of older ones from the lake; – where no page is known',
          cell: ({ surface }) => surface || '–',
          sort: ({ surface }) => surface,
        },
      ]}
    />
  )
}

function whatOf({ outcomes }: Interaction): string {
  const strongest = watched.find(([outcome]) => outcomes.includes(outcome))
  const others = acts.filter(([outcome]) => outcomes.includes(outcome))
  return [...(strongest ? [strongest] : []), ...others].map(([, name]) => name).join(', ')
}

const ratioOf = ({ video, watchMs }: Interaction): number =>
  watchMs === undefined || video!.lengthMs === undefined ? -1 : watchMs / video!.lengthMs
