import type { JSX } from 'solid-js'
import { ApiError } from './api.ts'

/** What went wrong, and what to do. */
export function Problem(props: { error: unknown; again?: () => void }): JSX.Element {
  const code = () => (props.error instanceof ApiError ? props.error.code : '')
  const message = () => {
    if (props.error instanceof TypeError || (props.error instanceof DOMException && props.error.name === 'TimeoutError'))
      return 'The server does not answer. Is it running?'
    return props.error instanceof Error ? props.error.message : String(props.error)
  }
  return (
    <section class="problem" role="alert">
      <p>{message()}</p>
      {code() && <code>{code()}</code>}
      {props.again && (
        <button type="button" onClick={() => props.again!()}>
          Try again
        </button>
      )}
    </section>
  )
}
