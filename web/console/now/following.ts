import { type Accessor, createEffect, createSignal } from 'solid-js'
import { createStore, reconcile } from 'solid-js/store'
import { WatchResponse, type WatchResponse_Point } from '../../generated/vireo/v1/console_now.ts'
import { live } from '../../shared/live.ts'

/** As many as the server keeps: ten minutes. */
const mostPoints = 120

export interface Following {
  /** The latest message; undefined before the first. What stays the same in it is not drawn again. */
  readonly now: Accessor<WatchResponse | undefined>
  readonly points: Accessor<readonly WatchResponse_Point[]>
  readonly problem: Accessor<unknown>
}

/** Follows what goes on, for as long as the owner lives. */
export function following(): Following {
  const { latest, problem } = live('/v1/admin/watch', WatchResponse)
  const [state, setState] = createStore<{ now?: WatchResponse }>({})
  const [points, setPoints] = createSignal<readonly WatchResponse_Point[]>([])
  createEffect(() => {
    const message = latest()
    if (message === undefined) return
    const { points: news, ...now } = message
    setState('now', reconcile({ ...now, points: [] }, { merge: true, key: null }))
    // A stream that began again tells its history again.
    if (news.length > 0)
      setPoints((known) => [...known, ...news.filter(({ time }) => isLater(time, known.at(-1)?.time))].slice(-mostPoints))
  })
  return { now: () => state.now, points, problem }
}

const isLater = (time: string | undefined, than: string | undefined) => than === undefined || Date.parse(time!) > Date.parse(than)
