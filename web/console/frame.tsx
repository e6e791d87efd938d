import { A, type RouteSectionProps, useLocation } from '@solidjs/router'
import { createEffect, ErrorBoundary, For, type JSX, on, Suspense } from 'solid-js'
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
  let main!: HTMLElement
  createEffect(
    on(
      () => location.pathname,
      () => main.scrollTo({ top: 0 }),
      { defer: true },
    ),
  )
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
        <nav aria-label="Console">
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
      <main id="main" ref={main} tabindex="-1">
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
