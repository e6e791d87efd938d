import type { Level, Result } from '@vireo/client'
import { type Accessor, createSignal, type Setter } from 'solid-js'

/** Why a video that was on the screen is not shown any more. */
export type Hidden = 'not interested' | 'reported' | 'blocked'

/** One video of the feed, and what has become of it here. */
export interface Entry {
  readonly result: Result
  /** Of the page that it came with. */
  readonly level: Level
  readonly liked: Accessor<boolean>
  readonly setLiked: Setter<boolean>
  readonly hidden: Accessor<Hidden | undefined>
  readonly setHidden: Setter<Hidden | undefined>
}

export function entryOf(result: Result, level: Level): Entry {
  const [liked, setLiked] = createSignal(false)
  const [hidden, setHidden] = createSignal<Hidden>()
  return { result, level, liked, setLiked, hidden, setHidden }
}
