import { createSignal } from 'solid-js'
import { givenKey, keepKey } from './key.ts'

/** A refusal or failure of the server, as docs/errors.md lists them. */
export class ApiError extends Error {
  readonly code: string
  readonly field: string
  readonly retryable: boolean

  constructor({ code, field, message, retryable }: { code: string; field: string; message: string; retryable: boolean }) {
    super(message)
    this.code = code
    this.field = field
    this.retryable = retryable
  }
}

const patienceMs = 20_000

/** Whether the server has asked for a key, or refused the one given. */
export const [keyWanted, setKeyWanted] = createSignal(false)

/** Calls carry the key from now on, until the tab is closed. */
export function useKey(key: string): void {
  keepKey(key)
  setKeyWanted(false)
}

export const authorization = (): Record<string, string> => {
  const key = givenKey()
  return key === undefined ? {} : { authorization: `Bearer ${key}` }
}

interface Codec<Message> {
  fromJSON(json: unknown): Message
}

/** Asks the server: a GET, or a POST where there is a body. Throws `ApiError`, and `TypeError` where the server can't be reached. */
export async function ask<Message>(
  path: string,
  codec: Codec<Message>,
  body?: unknown,
  signal?: AbortSignal,
  waitMs = patienceMs,
): Promise<Message> {
  const late = AbortSignal.timeout(waitMs)
  const response = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...authorization(), ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: signal ? AbortSignal.any([signal, late]) : late,
  })
  if (!response.ok) throw await refusal(response)
  return codec.fromJSON(await response.json())
}

/** What a failed response says. */
export async function refusal(response: Response): Promise<ApiError> {
  if (response.status === 401 || response.status === 403) setKeyWanted(true)
  const said: { error?: ConstructorParameters<typeof ApiError>[0] } = await response.json().catch(() => ({}))
  return new ApiError(said.error ?? { code: 'UNKNOWN', field: '', message: `The server answered ${response.status}.`, retryable: true })
}

/** A path with a query, without what is undefined or empty. */
export function withQuery(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`
}
