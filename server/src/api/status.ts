import { status as grpc } from '@grpc/grpc-js'
import { NotFound, VireoError } from '../errors.ts'
import { errorCodes } from './error-codes.ts'

/** What a kind of failure is in each protocol. */
export const statuses = {
  INVALID_ARGUMENT: { grpc: grpc.INVALID_ARGUMENT, http: 400 },
  UNAUTHENTICATED: { grpc: grpc.UNAUTHENTICATED, http: 401 },
  PERMISSION_DENIED: { grpc: grpc.PERMISSION_DENIED, http: 403 },
  NOT_FOUND: { grpc: grpc.NOT_FOUND, http: 404 },
  FAILED_PRECONDITION: { grpc: grpc.FAILED_PRECONDITION, http: 409 },
  TOO_LARGE: { grpc: grpc.INVALID_ARGUMENT, http: 413 },
  UNSUPPORTED: { grpc: grpc.INVALID_ARGUMENT, http: 415 },
  RESOURCE_EXHAUSTED: { grpc: grpc.RESOURCE_EXHAUSTED, http: 429 },
  CANCELLED: { grpc: grpc.CANCELLED, http: 499 },
  INTERNAL: { grpc: grpc.INTERNAL, http: 500 },
  UNAVAILABLE: { grpc: grpc.UNAVAILABLE, http: 503 },
  DEADLINE_EXCEEDED: { grpc: grpc.DEADLINE_EXCEEDED, http: 504 },
} as const

export type StatusName = keyof typeof statuses

const cancelled = new VireoError({ code: 'CANCELLED', fault: 'client', retryable: true, message: 'The caller went away.' })
const tooSlow = new VireoError({
  code: 'DEADLINE_EXCEEDED',
  fault: 'server',
  retryable: true,
  message: 'It took longer than allowed. Try again, or allow more time.',
})

/** Any failure as one that a caller may see: nothing of an unforeseen one gets out. */
export function presentable(error: unknown, signal: AbortSignal): VireoError {
  if (error instanceof VireoError && statusOf(error) !== statuses.INTERNAL) return error
  // Whatever broke after the caller went away broke because of that.
  if (signal.aborted) return cancelled
  if (error instanceof Error && error.name === 'TimeoutError') return tooSlow
  return new VireoError({
    code: 'INTERNAL',
    fault: 'server',
    retryable: false,
    message: 'Something failed inside; the log of the server says what.',
    cause: error,
  })
}

/** A code that the table lacks goes by its kind and by who is at fault. */
export function statusOf(error: VireoError): (typeof statuses)[StatusName] {
  const known = errorCodes[error.code]?.status
  if (known) return statuses[known]
  if (error instanceof NotFound) return statuses.NOT_FOUND
  if (error.fault === 'client') return statuses.INVALID_ARGUMENT
  return error.retryable ? statuses.UNAVAILABLE : statuses.INTERNAL
}
