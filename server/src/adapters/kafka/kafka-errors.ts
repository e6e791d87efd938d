import { AuthenticationError } from '@platformatic/kafka'
import { InvalidInput, Unavailable, VireoError } from '../../errors.ts'

/** What the client's errors have; one may hold others, as its cause or beside each other. */
interface ClientError extends Error {
  readonly code?: string
  /** The name of an error of the protocol. */
  readonly apiId?: string
  readonly errors?: readonly ClientError[]
}

const notPermitted = ['TOPIC_AUTHORIZATION_FAILED', 'GROUP_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED']
const tooLarge = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']

/** An error of the client as one of ours; `doing` says what failed. */
export function kafkaError(doing: string, error: unknown): VireoError {
  if (error instanceof VireoError) return error
  const message = `${doing} failed: ${reasons(error)}`
  if (all(error).some(({ code }) => code === AuthenticationError.code)) return refused('KAFKA_LOGIN_REFUSED', message, error)
  if (is(error, notPermitted)) return refused('KAFKA_NOT_PERMITTED', message, error)
  if (is(error, tooLarge)) return new InvalidInput('LOG_RECORD_TOO_LARGE', 'value', message)
  return new Unavailable('LOG_UNAVAILABLE', message, error)
}

/** Whether the brokers' answer is, or holds, one of these errors of the protocol. */
export function is(error: unknown, ids: readonly string[]): boolean {
  return all(error).some(({ apiId }) => apiId !== undefined && ids.includes(apiId))
}

/** A start or a call that fails until somebody changes something. */
export function refused(code: string, message: string, cause?: unknown): VireoError {
  return new VireoError({ code, message, fault: 'server', retryable: false, cause })
}

/** Waits for a request, and rejects with `Unavailable` when it takes longer. */
export async function within<Result>(timeoutMs: number, doing: string, request: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Unavailable('LOG_UNAVAILABLE', `${doing} took longer than ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    return await Promise.race([request, late])
  } catch (error) {
    throw kafkaError(doing, error)
  } finally {
    clearTimeout(timer)
  }
}

/** What the innermost errors say, each once. */
function reasons(error: unknown): string {
  const innermost = all(error).filter(({ errors, cause }) => errors === undefined && cause === undefined)
  return [...new Set(innermost.map(({ message }) => message.replace(/\.$/, '')))].slice(0, 3).join('; ')
}

/** An error with all that it holds. */
function all(error: unknown): ClientError[] {
  if (!(error instanceof Error)) return []
  const { errors = [], cause } = error as ClientError
  return [error, ...errors.flatMap(all), ...all(cause)]
}
