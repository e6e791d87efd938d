import { createEffect, createMemo, For, type JSX, on, onCleanup, onMount, Show } from 'solid-js'
import { EndOfFeed } from './end-of-feed.tsx'
import { prefersStillness } from './page-state.ts'
import type { Session } from './session.ts'
import { Slide } from './slide.tsx'
import { stepByWheel } from './wheel.ts'

/** Places before and after the one on the screen that are in the document. */
const mountedAround = 2
/** The share of the screen from which on a video is the one that plays. */
const mostOfScreen = 0.6

/** All videos of the feed one under the other, of which a few are in the document. */
export function FeedList(props: { session: Session }): JSX.Element {
  const { feed, goal, goTo, arrived } = props.session
  let scroller!: HTMLDivElement
  const places = createMemo(() => {
    const first = Math.max(0, feed.active() - mountedAround)
    const last = Math.min(feed.entries().length, feed.active() + mountedAround)
    return Array.from({ length: last - first + 1 }, (_, at) => first + at)
  })
  onMount(() => stepByWheel(scroller, (direction) => goTo(feed.active() + direction)))
  const placeOf = new WeakMap<Element, number>()
  const observer = new IntersectionObserver(
    (seen) => {
      for (const { isIntersecting, target } of seen) if (isIntersecting) arrived(placeOf.get(target)!)
    },
    { threshold: mostOfScreen },
  )
  onCleanup(() => observer.disconnect())
  const observed = (place: number) => (element: Element) => {
    placeOf.set(element, place)
    observer.observe(element)
    onCleanup(() => observer.unobserve(element))
  }
  createEffect(
    on(
      goal,
      ({ place }) => scroller.scrollTo({ top: place * scroller.clientHeight, behavior: prefersStillness() ? 'instant' : 'smooth' }),
      {
        defer: true,
      },
    ),
  )
  return (
    <div class="feed" role="feed" aria-label="Videos for you" aria-busy={feed.end().kind === 'asking'} ref={scroller} tabindex="0">
      <div class="track" role="presentation" style={{ '--places': feed.entries().length + 1 }}>
        <For each={places()}>
          {(place) => (
            <Show
              when={feed.entries()[place]}
              keyed
              fallback={<EndOfFeed session={props.session} place={place} observed={observed(place)} />}
            >
              {(entry) => <Slide session={props.session} entry={entry} place={place} observed={observed(place)} />}
            </Show>
          )}
        </For>
      </div>
    </div>
  )
}
