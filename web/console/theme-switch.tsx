import { createEffect, createSignal, type JSX } from 'solid-js'

const name = 'vireo.theme'
const themes = ['auto', 'light', 'dark'] as const
type Theme = (typeof themes)[number]

const [theme, setTheme] = createSignal(themes.find((each) => each === localStorage.getItem(name)) ?? 'auto')

/** Light, dark, or as the system says. */
export function ThemeSwitch(): JSX.Element {
  createEffect(() => {
    document.documentElement.style.colorScheme = theme() === 'auto' ? 'light dark' : theme()
    localStorage.setItem(name, theme())
  })
  const next = (): Theme => themes[(themes.indexOf(theme()) + 1) % themes.length]!
  return (
    <button type="button" class="plain" onClick={() => setTheme(next())} title={`Switch to ${next()}`}>
      Theme: {theme()}
    </button>
  )
}
