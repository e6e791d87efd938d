import { createSignal } from 'solid-js'

const kept = 'vireo.person'
const parameter = 'person'

const [person, setPerson] = createSignal(named() ?? own())

/** Whose feed it is: whom the address names, otherwise somebody new whom this browser remembers. */
export { person }

addEventListener('popstate', () => setPerson(named() ?? own()))

/** Whether it is somebody whom this browser made up. */
export const isNew = (userid: string): boolean => userid === localStorage.getItem(kept)

/** The address says so, and may be passed on. */
export function become(userid: string): void {
  history.pushState(null, '', `?${new URLSearchParams({ [parameter]: userid })}`)
  setPerson(userid)
}

/** Somebody of whom nothing is known. */
export function becomeNew(): void {
  localStorage.removeItem(kept)
  history.pushState(null, '', location.pathname)
  setPerson(own())
}

function named(): string | undefined {
  return new URLSearchParams(location.search).get(parameter) || undefined
}

function own(): string {
  const known = localStorage.getItem(kept)
  if (known !== null) return known
  const [random] = crypto.getRandomValues(new BigUint64Array(1))
  const made = `new-${random!.toString(36)}`
  localStorage.setItem(kept, made)
  return made
}
