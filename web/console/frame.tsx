import { A, type RouteSectionProps, useLocation } from '@solidjs/router'
import { createEffect, ErrorBoundary, For, type JSX, Suspense } from 'solid-js'
import { Problem } from '../shared/problem.tsx'
import { KeyDialog } from './key-dialog.tsx'
import { ThemeSwitch } from './theme-switch.tsx'

const places = [
  ['/', 'Now'],
  ['/measures', 'Measures'],
  ['/pipeline', 'Pipeline'],
  ['/person', 'Person'],
  ['/video', 'Video'],
  ['/creator', 'Creator'],
  ['/exploration', 'Exploration'],
  ['/models', 'Models'],
  ['/data', 'Data'],
  ['/features', 'Features'],
] as const

/** What is around every page: where one is, where one can go, and what went wrong. */
export function Frame(props: RouteSectionProps): JSX.Element {
  const location = useLocation()
  let nav!: HTMLElement
  createEffect(() => {
    document.title = titleOf(location.pathname)
    // On a phone there is no room for all of them.
    queueMicrotask(() => nav.querySelector('.here')?.scrollIntoView({ block: 'nearest', inline: 'center' }))
  })
  return (
    <>
      <a class="skip" href="#main">
        To the content
      </a>
      <header class="bar">
        <a class="mark" href="/" aria-label="Vireo, the player">
          <img src="/icon.svg" alt="" width="24" height="24" />
          Vireo
        </a>
        <nav aria-label="Console" ref={nav}>
          <For each={places}>
            {([path, name]) => (
              <A href={path} end={path === '/'} activeClass="here">
                {name}
              </A>
            )}
          </For>
        </nav>
        <ThemeSwitch />
      </header>
      <main id="main" tabindex="-1">
        <ErrorBoundary fallback={(error, reset) => <Problem error={error} again={reset} />}>
          <Suspense
            fallback={
              <p class="quiet" role="status">
                Loading …
              </p>
            }
          >
            {props.children}
          </Suspense>
        </ErrorBoundary>
      </main>
      <KeyDialog />
    </>
  )
}

/** What tabs and bookmarks call a page: its place, and whom or what it is about. */
function titleOf(pathname: string): string {
  const [, place = '', about = ''] = pathname.replace(/^\/console/, '').split('/')
  const name = places.find(([path]) => path === `/${place}`)?.[1] ?? 'No such page'
  return `${[name, about].join(' ').trim()} · Vireo console`
}
