import { For, type JSX } from 'solid-js'
import type { FeedTrial } from '../../generated/vireo/v1/console_person.ts'
import { count, duration } from '../../shared/format.ts'
import type { Movement } from './movement.ts'
import { PickRow } from './pick-row.tsx'
import './page-list.css'

const levelNames: Readonly<Record<string, string>> = {
  LEVEL_FULL: 'all were ranked',
  LEVEL_LIGHT_RANKING: 'few were ranked',
  LEVEL_NO_RANKING: 'none was ranked',
}

/** A page as the person would get it. */
export function PageList(props: {
  title: string
  trial: FeedTrial
  movement?: (videoId: string, position: number) => Movement | undefined
}): JSX.Element {
  const most = () => Math.max(1e-9, ...props.trial.page.flatMap(({ gains }) => Object.values(gains).map(Math.abs)))
  const candidates = () => new Map(props.trial.candidates.map((candidate) => [candidate.videoId, candidate]))
  const ranked = () => props.trial.stages.find(({ kind }) => kind === 'rank')?.kept ?? 0
  const failed = () => props.trial.stages.filter(({ failure }) => failure !== '').map(({ name }) => name)
  return (
    <section class="page" aria-label={props.title}>
      <h2>{props.title}</h2>
      <p class="quiet">
        {props.trial.model === '' ? 'Without a model' : `${props.trial.model}, ${levelNames[props.trial.level] ?? props.trial.level}`};{' '}
        {count(ranked())} candidates in the ranking; made in {duration(props.trial.ms)}.
      </p>
      {failed().length > 0 && <p class="warn">Failed or too slow: {failed().join(', ')}.</p>}
      <ol>
        <For each={props.trial.page} fallback={<li class="quiet">No video is left for this person.</li>}>
          {(pick, at) => (
            <PickRow
              pick={pick}
              place={at() + 1}
              movement={props.movement?.(pick.videoId, at())}
              most={most()}
              candidate={candidates().get(pick.videoId)}
              terms={props.trial.terms}
            />
          )}
        </For>
      </ol>
    </section>
  )
}
