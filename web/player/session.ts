import type { Vireo } from '@vireo/client'
import { type Accessor, createSignal } from 'solid-js'
import type { Entry } from './entry.ts'
import { createFeed, type Feed } from './feed.ts'
import { createNotices, type Notices } from './notice.tsx'
import { createReactions, type Reactions } from './reactions.ts'

/** A dialog, and the video it is about. */
export type Sheet =
  | { readonly kind: 'more' | 'why' | 'comment' | 'report' | 'block'; readonly entry: Entry }
  | { readonly kind: 'keys' | 'person' }

/** Where the list is to be scrolled. */
export interface Goal {
  readonly place: number
  /** Whether the video there takes the focus, for who came by keyboard. */
  readonly takesFocus: boolean
}

/** One person at the player. */
export interface Session {
  readonly vireo: Vireo
  readonly feed: Feed
  readonly reactions: Reactions
  readonly notices: Notices
  readonly goal: Accessor<Goal>
  goTo(place: number, takesFocus?: boolean): void
  /** A video has come on the screen. */
  arrived(place: number): void
  readonly sheet: Accessor<Sheet | undefined>
  open(sheet: Sheet | undefined): void
  /** Whether the person has stopped the current video. */
  readonly paused: Accessor<boolean>
  setPaused(paused: boolean): void
}

export function createSession(vireo: Vireo): Session {
  const [goal, setGoal] = createSignal<Goal>({ place: 0, takesFocus: false }, { equals: false })
  const [sheet, open] = createSignal<Sheet>()
  const [paused, setPaused] = createSignal(false)
  const notices = createNotices()
  const goTo = (place: number, takesFocus = false) => {
    const last = feed.entries().length
    setGoal({ place: Math.max(0, Math.min(place, last)), takesFocus })
  }
  // What may still be taken back is waited for, as long as there is something to show.
  const feed = createFeed(vireo, (left) => !reactions.isOpen || left <= 0)
  const reactions: Reactions = createReactions({ vireo, feed, notices, goTo })
  const arrived = (place: number) => {
    if (place === feed.active()) return
    reactions.left(place)
    setPaused(false)
    feed.show(place)
  }
  return { vireo, feed, reactions, notices, goal, goTo, arrived, sheet, open, paused, setPaused }
}
