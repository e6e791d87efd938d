import type { JSX } from 'solid-js'
import type { WatchResponse } from '../../generated/vireo/v1/console_now.ts'
import { count, duration, number, share } from '../../shared/format.ts'
import { countOf, sum } from './problems.ts'

/** What goes on, in a few numbers. */
export function Figures(props: { now: WatchResponse }): JSX.Element {
  const pages = () => sum(props.now.pagesByLevel)
  const failures = () => sum(props.now.errorsByCode)
  const ms = (value: number | undefined) => (value === undefined ? '–' : duration(value))
  const all = () => props.now.all
  const uploads = () => props.now.uploads
  const ofHour = (value: (counts: NonNullable<WatchResponse['all']>) => number) => {
    const counts = all()
    return counts === undefined ? Number.NaN : value(counts)
  }
  return (
    <dl class="figures">
      <Figure name="Feeds" value={`${number(props.now.feedsPerS)}/s`} counts={`${count(pages())} pages in the last minute`} />
      <Figure
        name="Time of a feed, p99"
        value={ms(props.now.feedTime?.p99Ms)}
        counts={`to make a page; p50 ${ms(props.now.feedTime?.p50Ms)}`}
      />
      <Figure
        name="At full level"
        value={pages() === 0 ? '–' : share(countOf(props.now.pagesByLevel, 'full') / pages())}
        counts="of those pages: all candidates were ranked"
      />
      <Figure
        name="Failed calls"
        value={count(failures())}
        counts="in the last minute, at both doors"
        grade={failures() > 0 ? 'bad' : undefined}
      />
      <Figure
        name="Events"
        value={`${number(props.now.eventsPerS)}/s`}
        counts={`${count(sum(props.now.eventsByType))} new ones in the last minute`}
      />
      <Figure
        name="Event to feed, p99"
        value={ms(props.now.acceptTime?.p99Ms)}
        counts={`from the arrival of a batch until the next feed reflects it; p50 ${ms(props.now.acceptTime?.p50Ms)}`}
      />
      <Figure
        name="Upload to first impression"
        value={uploads()?.firstImpressionS === undefined ? '–' : duration(uploads()!.firstImpressionS! * 1_000)}
        counts={`median of ${count(uploads()?.shown ?? 0)} in 24 h; ${count(uploads()?.waiting ?? 0)} wait`}
      />
      <Figure
        name="Watched of shown"
        value={share(ofHour(({ impressions, watches }) => Number(watches) / Number(impressions)))}
        counts={`of ${count(Number(all()?.impressions ?? 0))} impressions in the last hour; a watch is 10 s or to the end`}
      />
      <Figure
        name="Watch time a play"
        value={duration(ofHour(({ plays, watchMs }) => Number(watchMs) / Number(plays)))}
        counts={`mean of ${count(Number(all()?.plays ?? 0))} plays in the last hour`}
      />
      <Figure
        name="Lake behind the log"
        value={props.now.lake === undefined ? 'off' : duration(props.now.lake.behindS * 1_000)}
        counts="for how long its first missing record has waited"
      />
    </dl>
  )
}

function Figure(props: { name: string; value: string; counts: string; grade?: 'bad' | undefined }): JSX.Element {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd classList={{ bad: props.grade === 'bad' }}>
        {props.value}
        <small>{props.counts}</small>
      </dd>
    </div>
  )
}
