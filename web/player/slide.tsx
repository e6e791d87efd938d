import { createEffect, createMemo, type JSX, on, Show } from 'solid-js'
import { Caption } from './caption.tsx'
import { Clip } from './clip.tsx'
import type { Entry, Hidden } from './entry.ts'
import { underWay } from './page-state.ts'
import { Rail } from './rail.tsx'
import type { Session } from './session.ts'

const hiddenText: Readonly<Record<Hidden, string>> = {
  'not interested': 'Hidden: you are not interested.',
  reported: 'Hidden: you have reported this video.',
  blocked: 'Hidden: you have blocked this creator.',
}

export interface SlideProps {
  readonly session: Session
  readonly entry: Entry
  readonly place: number
  readonly observed: (element: Element) => void
}

/** One video at full height, with what can be done about it. */
export function Slide(props: SlideProps): JSX.Element {
  const { feed, goal } = props.session
  let article!: HTMLElement
  const isActive = createMemo(() => feed.active() === props.place)
  createEffect(
    on(isActive, (active) => {
      if (active && goal().takesFocus && goal().place === props.place) article.focus({ preventScroll: true })
    }),
  )
  const label = () => `${props.entry.result.videoTitle}. ${props.entry.result.reason}`
  return (
    <article
      class="slide"
      ref={(element) => {
        article = element
        props.observed(element)
      }}
      style={{ '--place': props.place }}
      tabindex="-1"
      inert={!isActive()}
      aria-label={label()}
      aria-posinset={props.place + 1}
      aria-setsize={-1}
    >
      <div class="stage">
        <Show when={props.entry.hidden()} fallback={<Shown {...props} isActive={isActive()} />}>
          {(why) => <p class="panel">{hiddenText[why()]}</p>}
        </Show>
      </div>
      <Show when={props.entry.hidden() === undefined}>
        <Rail session={props.session} entry={props.entry} />
      </Show>
    </article>
  )
}

function Shown(props: SlideProps & { isActive: boolean }): JSX.Element {
  const ahead = () => props.place - props.session.feed.active()
  return (
    <>
      {/* The one before stays until it is out of sight. */}
      <Clip
        session={props.session}
        entry={props.entry}
        isActive={props.isActive}
        isLoaded={ahead() === 0 || (underWay() && ahead() >= -1 && ahead() <= 2)}
      />
      <Caption entry={props.entry} />
    </>
  )
}
