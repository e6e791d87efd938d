import type { JSX } from 'solid-js'

export function Page(): JSX.Element {
  return (
    <>
      <h1>There is no such page</h1>
      <p>The way to all pages is above.</p>
    </>
  )
}
