import { createSignal } from 'solid-js'

const [changes, setChanges] = createSignal(0)
const changed = () => setChanges(changes() + 1)
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed)
new MutationObserver(changed).observe(document.documentElement, { attributeFilter: ['style'] })

/** The colour of a custom property as it is now, for a canvas: that knows neither `var()` nor `light-dark()`. Follows light and dark. */
export function colourOf(property: string): string {
  changes()
  const probe = document.createElement('span')
  probe.style.color = `var(${property})`
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
