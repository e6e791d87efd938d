import { createSignal } from 'solid-js'

const mutedName = 'vireo.muted'

const [online, setOnline] = createSignal(navigator.onLine)
const [shown, setShown] = createSignal(!document.hidden)
const [muted, rememberMuted] = createSignal(localStorage.getItem(mutedName) !== 'no')

/** Whether a first video has played, or can't be: until then it shares the network and the decoder with no other. */
const [underWay, setUnderWay] = createSignal(false)

/** Whether the browser has a network; whether the page is in sight; whether videos are silent. */
export { muted, online, setUnderWay, shown, underWay }

for (const change of ['online', 'offline']) addEventListener(change, () => setOnline(navigator.onLine))
document.addEventListener('visibilitychange', () => setShown(!document.hidden))

export function setMuted(value: boolean): void {
  localStorage.setItem(mutedName, value ? 'yes' : 'no')
  rememberMuted(value)
}

export const prefersStillness = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches
