/** Why the server refused, or that it could not be reached. Codes are those of docs/errors.md, and a few of the client's own. */
export class VireoError extends Error {
  override readonly name = 'VireoError'
  readonly code: string
  /** Whether the same may succeed later. */
  readonly retryable: boolean
  /** The field of the request that is wrong; empty where it is none. */
  readonly field: string
  /** Of HTTP; 0 without an answer. */
  readonly status: number
  /** How long the server asks to wait, in ms. */
  readonly retryAfterMs: number

  constructor(
    code: string,
    message: string,
    { retryable = false, field = '', status = 0, retryAfterMs = 0, cause }: Partial<VireoError> = {},
  ) {
    super(message, { cause })
    this.code = code
    this.retryable = retryable
    this.field = field
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}
