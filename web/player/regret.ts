import { onCleanup } from 'solid-js'

/** One thing at a time that can be taken back for a while before it is done. */
export interface Regret {
  /** Does `act` later: after some seconds, with the next thing that is put off, or when the page or the person is left. */
  putOff(act: () => void, takeBack: () => void): void
  /** Takes it back. */
  undo(): void
  /** Does it now. */
  settle(): void
  readonly isOpen: boolean
}

const openMs = 6_000

/** `closed` is told when what was put off has been done or taken back. */
export function createRegret(closed: () => void): Regret {
  let open: { act(): void; takeBack(): void; timer: ReturnType<typeof setTimeout> } | undefined
  const close = () => {
    const was = open
    clearTimeout(was?.timer)
    open = undefined
    return was
  }
  const settle = () => {
    const was = close()
    was?.act()
    if (was) closed()
  }
  // Ahead of the client library's own listeners: these send what is there when the page is left.
  const leaving = new AbortController()
  const early = { capture: true, signal: leaving.signal }
  addEventListener('pagehide', settle, early)
  addEventListener('visibilitychange', () => document.hidden && settle(), early)
  onCleanup(() => {
    leaving.abort()
    close()?.act()
  })
  return {
    settle,
    putOff(act, takeBack) {
      settle()
      open = { act, takeBack, timer: setTimeout(settle, openMs) }
    },
    undo() {
      const was = close()
      was?.takeBack()
      if (was) closed()
    },
    get isOpen() {
      return open !== undefined
    },
  }
}
