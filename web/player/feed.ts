import { type Page, type Vireo, VireoError } from '@vireo/client'
import { type Accessor, batch, createEffect, createSignal, on, onCleanup } from 'solid-js'
import { type Entry, entryOf } from './entry.ts'
import { online } from './page-state.ts'

/** What is behind the last video: a page that is on its way, nothing asked for yet, nothing left, or what went wrong. */
export type End = { readonly kind: 'asking' | 'more' | 'nothing' } | { readonly kind: 'failed'; readonly error: unknown }

export interface Feed {
  readonly entries: Accessor<readonly Entry[]>
  /** The place on the screen, from 0; as many as there are entries where the end is on the screen. */
  readonly active: Accessor<number>
  readonly current: Accessor<Entry | undefined>
  readonly end: Accessor<End>
  show(place: number): void
  /** Asks for the next page, if none is on its way. */
  ask(): void
  /** Takes videos that have not been on the screen out of the feed. */
  leaveOut(unwanted: (entry: Entry) => boolean): void
}

/** Videos left after the current one when the next page is asked for: late, so that it knows the last swipes. */
const leftWhenAsking = 2
const firstPauseMs = 2_000
const longestPauseMs = 30_000

/** The pages of one person as one list. `isReady` says whether the next page may be asked for already. */
export function createFeed(vireo: Vireo, isReady: (left: number) => boolean): Feed {
  const [entries, setEntries] = createSignal<readonly Entry[]>([])
  const [active, setActive] = createSignal(0)
  const [end, setEnd] = createSignal<End>({ kind: 'more' })
  const leaving = new AbortController()
  let isAsking = false
  let again: ReturnType<typeof setTimeout> | undefined
  let pauseMs = firstPauseMs
  onCleanup(() => {
    leaving.abort()
    clearTimeout(again)
  })
  createEffect(on(online, (isOnline) => isOnline && end().kind === 'failed' && ask(), { defer: true }))
  ask()
  return { entries, active, current: () => entries()[active()], end, show, ask, leaveOut }

  function show(place: number): void {
    // What was left is reported before the next page is asked for.
    setActive(place)
    const left = entries().length - 1 - place
    if (left <= leftWhenAsking && end().kind === 'more' && isReady(left)) ask()
  }

  function ask(): void {
    if (isAsking) return
    setEnd({ kind: 'asking' })
    load()
  }

  /** Leaves on the screen what is behind the last video, until there is an answer. */
  function load(): void {
    clearTimeout(again)
    isAsking = true
    vireo
      .feed({ signal: leaving.signal })
      .then(arrived, failed)
      .finally(() => {
        isAsking = false
      })
  }

  function arrived({ results, level }: Page): void {
    batch(() => {
      setEntries([...entries(), ...results.map((result) => entryOf(result, level))])
      setEnd({ kind: results.length === 0 ? 'nothing' : 'more' })
    })
    if (results.length > 0) pauseMs = firstPauseMs
    else if (entries().length === 0) loadLater()
  }

  function failed(error: unknown): void {
    if (leaving.signal.aborted) return
    setEnd({ kind: 'failed', error })
    if (error instanceof VireoError && error.retryable) loadLater()
  }

  function loadLater(): void {
    again = setTimeout(load, pauseMs)
    pauseMs = Math.min(2 * pauseMs, longestPauseMs)
  }

  function leaveOut(unwanted: (entry: Entry) => boolean): void {
    setEntries(entries().filter((entry, place) => place <= active() || !unwanted(entry)))
    show(active())
  }
}
