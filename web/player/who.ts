const kept = 'vireo.person'
const parameter = 'person'

/** Whose feed it is: whom the address names, otherwise somebody new whom this browser remembers. */
export const whoWatches = (): string => new URLSearchParams(location.search).get(parameter) || own()

/** Whether it is somebody whom this browser made up. */
export const isNew = (userid: string): boolean => userid === localStorage.getItem(kept)

/** The address of somebody's feed, which may be passed on. */
export const addressOf = (userid: string): string => `?${new URLSearchParams({ [parameter]: userid })}`

/** The next one that this browser makes up is somebody of whom nothing is known. */
export const forgetOwn = (): void => localStorage.removeItem(kept)

function own(): string {
  const known = localStorage.getItem(kept)
  if (known !== null) return known
  const [random] = crypto.getRandomValues(new BigUint64Array(1))
  const made = `new-${random!.toString(36)}`
  localStorage.setItem(kept, made)
  return made
}
