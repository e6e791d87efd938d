import { A } from '@solidjs/router'
import { For, type JSX, Show } from 'solid-js'
import {
  type InspectPersonResponse,
  InspectPersonResponse_MarkKind as Kind,
  type InspectPersonResponse_Marks as Marks,
} from '../../generated/vireo/v1/console_person.ts'
import type { Asking } from '../../shared/asking.ts'
import { count, duration, share, time } from '../../shared/format.ts'
import { Table } from '../../shared/table.tsx'
import { Figure } from '../figure.tsx'
import { Bar } from './bar.tsx'
import { HistoryTable } from './history-table.tsx'
import { LastPages } from './last-pages.tsx'

const markTitles: Readonly<Record<string, readonly [title: string, path: string | undefined]>> = {
  [Kind.MARK_KIND_FOLLOWS_CREATOR]: ['Follows', '/creator'],
  [Kind.MARK_KIND_BLOCKS_CREATOR]: ['Blocks', '/creator'],
  [Kind.MARK_KIND_NOT_INTERESTED_IN_VIDEO]: ['Not interested in videos', '/video'],
  [Kind.MARK_KIND_NOT_INTERESTED_IN_CREATOR]: ['Not interested in creators', '/creator'],
  [Kind.MARK_KIND_NOT_INTERESTED_IN_CATEGORY]: ['Not interested in categories', undefined],
}

/** What is known of a person: session, interests, what they said and did, and what they were shown. */
export function Known(props: { person: InspectPersonResponse; surfaces: Asking<InspectPersonResponse> }): JSX.Element {
  const session = () => props.person.session
  const surfacesNote = () => {
    if (props.surfaces.isAsking()) return ' (the lake is asked for older surfaces …)'
    const problem = props.surfaces.answer()?.surfacesProblem
    return problem || props.surfaces.problem() ? ` (surfaces of the last pages only: ${problem || 'the lake could not be asked.'})` : ''
  }
  const largest = () => Math.max(...props.person.interests.map(({ share }) => share))
  return (
    <Show
      when={props.person.known}
      fallback={<p class="card">Nothing is known of this person yet. They get the feed of a newcomer; see “Feed now”.</p>}
    >
      <dl class="figures">
        <Figure name="Seen" about="videos that are not shown again">
          {count(props.person.seen)}
        </Figure>
        <Show when={props.person.seenBefore > 0}>
          <Figure name="Seen longer ago" about="videos, kept in a filter">
            {count(props.person.seenBefore)}
          </Figure>
        </Show>
        <Figure name="History" about="visits of videos; the last 256 are kept">
          {count(props.person.history.length)}
        </Figure>
        <Show
          when={session()}
          fallback={
            <Figure name="Session" about="nothing for 30 minutes">
              none
            </Figure>
          }
        >
          {(running) => (
            <>
              <Figure name="Session" about={`plays since ${time(running().started!)}`}>
                {count(running().plays)}
              </Figure>
              <Figure name="Liked in it" about="long views, likes, shares, comments, follows">
                {count(running().liked)}
              </Figure>
              <Figure name="Watched in it" about={`on ${count(running().pages)} ${running().pages === 1 ? 'page' : 'pages'}`}>
                {duration(Number(running().watchMs))}
              </Figure>
            </>
          )}
        </Show>
      </dl>
      <div class="grid known">
        <Table
          caption="Interests"
          rows={props.person.interests}
          empty="No play in the history yet."
          columns={[
            { name: 'Category', cell: ({ category }) => category, sort: ({ category }) => category },
            {
              name: 'Share',
              about: 'Of the plays in the history; a video counts in each of its categories',
              cell: (interest) => (
                <span class="with-bar">
                  <Bar part={interest.share / largest()} /> {share(interest.share)}
                </span>
              ),
              sort: (interest) => interest.share,
            },
            { name: 'Plays', cell: ({ plays }) => count(plays), sort: ({ plays }) => plays },
            {
              name: 'Watched',
              about: 'Of these, for 10 s or more, or as a long view',
              cell: ({ plays, watches }) => `${count(watches)} (${share(watches / plays)})`,
              sort: ({ watches }) => watches,
            },
          ]}
        />
        <For each={props.person.marks}>{(marks) => <MarkTable marks={marks} />}</For>
      </div>
      <HistoryTable history={(props.surfaces.answer() ?? props.person).history} note={surfacesNote()} />
      <LastPages pages={props.person.pages} />
    </Show>
  )
}

function MarkTable(props: { marks: Marks }): JSX.Element {
  const [title, path] = markTitles[props.marks.kind] ?? [props.marks.kind, undefined]
  const caption = () =>
    props.marks.total > props.marks.latest.length ? `${title}: the last ${props.marks.latest.length} of ${count(props.marks.total)}` : title
  return (
    <Table
      caption={caption()}
      rows={props.marks.latest}
      columns={[
        {
          name: 'Id',
          cell: ({ id }) => (path === undefined ? id : <A href={`${path}/${encodeURIComponent(id)}`}>{id}</A>),
          sort: ({ id }) => id,
        },
        { name: 'Since', cell: (mark) => time(mark.time!), sort: (mark) => mark.time! },
      ]}
    />
  )
}
