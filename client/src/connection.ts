import { VireoError } from './error.ts'

export interface ConnectionOptions {
  readonly url: string
  readonly key: string | undefined
  readonly timeoutMs: number
  readonly fetch: typeof fetch
}

/** The most that browsers let a page send while it is being left, in bytes, with room for headers (Fetch: keepalive, 64 KiB). */
export const mostOnLeaving = 60_000

/** Of UTF-8 at most, for each unit of a string. */
const bytesPerUnit = 3

export interface PostOptions {
  readonly signal?: AbortSignal | undefined
  readonly keepalive?: boolean
}

/** Calls of one server over HTTP. */
export class Connection {
  readonly #url: string
  readonly #key: string | undefined
  readonly #timeoutMs: number
  readonly #fetch: typeof fetch

  constructor({ url, key, timeoutMs, fetch }: ConnectionOptions) {
    this.#url = url.replace(/\/+$/, '')
    this.#key = key
    this.#timeoutMs = timeoutMs
    this.#fetch = fetch
  }

  /** The answer to one attempt. Throws `VireoError`, or the signal's reason. With `keepalive` it goes on when the page is left. */
  async post<Answer>(path: string, message: unknown, { signal, keepalive = false }: PostOptions = {}): Promise<Answer> {
    const body = JSON.stringify(message)
    const slow = AbortSignal.timeout(this.#timeoutMs)
    try {
      const response = await this.#send(path, body, {
        keepalive: keepalive && body.length * bytesPerUnit < mostOnLeaving,
        signal: signal ? AbortSignal.any([signal, slow]) : slow,
      })
      if (!response.ok) throw await refusal(response)
      return (await response.json()) as Answer
    } catch (cause) {
      signal?.throwIfAborted()
      if (cause instanceof VireoError) throw cause
      if (slow.aborted) throw new VireoError('DEADLINE_EXCEEDED', `No answer in ${this.#timeoutMs} ms`, { retryable: true, cause })
      throw new VireoError('SERVER_UNREACHABLE', 'The server can not be reached', { retryable: true, cause })
    }
  }

  /**
   * Sends without waiting for an answer, also while the page is being left. A beacon can't carry a key, and to other origins
   * it would carry cookies: there it is a request that outlives the page.
   */
  sendOnLeaving(path: string, body: string): void {
    const isOwn = this.#key === undefined && new URL(this.#url || '/', location.href).origin === location.origin
    const sent = isOwn && navigator.sendBeacon?.(this.#url + path, new Blob([body], { type: 'application/json' }))
    if (!sent) this.#send(path, body, { keepalive: true }).catch(() => {})
  }

  #send(path: string, body: string, how: RequestInit): Promise<Response> {
    return this.#fetch(this.#url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(this.#key !== undefined && { authorization: `Bearer ${this.#key}` }) },
      body,
      credentials: 'same-origin',
      ...how,
    })
  }
}

interface Problem {
  readonly error?: { readonly code?: string; readonly field?: string; readonly message?: string; readonly retryable?: boolean }
}

/** Whatever stands before the server may answer in its place, without its words. */
async function refusal(response: Response): Promise<VireoError> {
  const { status, headers } = response
  const { error }: Problem = await response.json().catch(() => ({}))
  return new VireoError(error?.code ?? `HTTP_${status}`, error?.message ?? `The server answered with status ${status}`, {
    retryable: error?.retryable ?? (status >= 500 || status === 429),
    field: error?.field ?? '',
    status,
    retryAfterMs: 1_000 * Number(headers.get('retry-after')) || 0,
  })
}
