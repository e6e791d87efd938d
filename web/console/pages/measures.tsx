import type { JSX } from 'solid-js'

export function Page(): JSX.Element {
  return <h1>Measures</h1>
}
