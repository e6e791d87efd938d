import { Unavailable, VireoError } from '../../errors.ts'

/** Of one request; what takes longer is asked for again and again. */
const requestMs = 30_000

/** One of Flink's two doors, which speak JSON over HTTP. */
export class FlinkHttp {
  readonly #url: string
  /** What must not be told of what it says: texts that stand for others. */
  readonly #hide: (text: string) => string

  constructor(url: string, hide: (text: string) => string) {
    this.#url = url.replace(/\/+$/, '')
    this.#hide = hide
  }

  get = <Answer>(path: string, signal: AbortSignal): Promise<Answer> => this.#ask('GET', path, undefined, signal)

  post = <Answer>(path: string, body: unknown, signal: AbortSignal): Promise<Answer> => this.#ask('POST', path, body, signal)

  patch = <Answer>(path: string, signal: AbortSignal): Promise<Answer> => this.#ask('PATCH', path, undefined, signal)

  delete = <Answer>(path: string, signal: AbortSignal): Promise<Answer> => this.#ask('DELETE', path, undefined, signal)

  async #ask<Answer>(method: string, path: string, body: unknown, signal: AbortSignal): Promise<Answer> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(requestMs)])
    let response: Response
    let text: string
    try {
      response = await fetch(`${this.#url}${path}`, {
        method,
        signal: limit,
        ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      })
      text = await response.text()
    } catch (error) {
      signal.throwIfAborted()
      const { message, cause } = error as Error
      const reason = cause instanceof Error ? cause.message : message
      throw new Unavailable('FLINK_UNREACHABLE', `Flink does not answer at ${this.#url}: ${reason}`, error)
    }
    if (response.ok) return (text === '' ? {} : JSON.parse(text)) as Answer
    throw refused(this.#hide(reasonOf(text)), response.status)
  }
}

/** What was asked for can't be done. */
function refused(reason: string, status: number): VireoError {
  const code = status === 404 ? 'FLINK_JOB_UNKNOWN' : 'FLINK_REFUSED'
  return new VireoError({ code, fault: 'server', retryable: false, message: `Flink refused: ${reason}` })
}

/** The innermost reason in an answer with the traces of a server. */
function reasonOf(text: string): string {
  try {
    const { errors } = JSON.parse(text) as { errors?: readonly string[] }
    return errors === undefined ? text.slice(0, longest) : rootCause(errors.join('\n'))
  } catch {
    return text.slice(0, longest)
  }
}

const longest = 600

/** The last of the causes in a trace of Java's, in one line. */
export function rootCause(trace: string): string {
  const lines = trace.split('\n')
  const last = lines.findLastIndex((line) => line.startsWith('Caused by: '))
  const from = last < 0 ? lines.findIndex((line) => line.trim() !== '') : last
  const message = lines.slice(from).findIndex((line, at) => at > 0 && /^\s+(at |\.\.\. )/.test(line))
  const said = lines.slice(from, message < 0 ? undefined : from + message).join(' ')
  return said
    .replace(/^Caused by: /, '')
    .replace(/^([\w$]+\.)+([\w$]+): /, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, longest)
}
