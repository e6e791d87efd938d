import { createSignal } from 'solid-js'
import { addressOf, forgetOwn, whoWatches } from './who.ts'

const [person, setPerson] = createSignal(whoWatches())

/** Who watches. */
export { person }

addEventListener('popstate', () => setPerson(whoWatches()))

/** The address says so, and may be passed on. */
export function become(userid: string): void {
  history.pushState(null, '', addressOf(userid))
  setPerson(userid)
}

/** Somebody of whom nothing is known. */
export function becomeNew(): void {
  forgetOwn()
  history.pushState(null, '', location.pathname)
  setPerson(whoWatches())
}
