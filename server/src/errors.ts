/** What a caller needs to know to act on a failure. `field` names the part of the input at fault. */
export interface Problem {
  readonly code: string
  readonly fault: 'client' | 'server'
  /** Whether the same call may succeed later. */
  readonly retryable: boolean
  readonly message: string
  readonly field?: string
  readonly cause?: unknown
}

/** Every failure that crosses a module's border. `api/status.ts` maps codes to gRPC and HTTP. */
export class VireoError extends Error implements Problem {
  readonly code: string
  readonly fault: 'client' | 'server'
  readonly retryable: boolean
  readonly field?: string

  constructor(problem: Problem) {
    super(problem.message, 'cause' in problem ? { cause: problem.cause } : undefined)
    this.name = new.target.name
    this.code = problem.code
    this.fault = problem.fault
    this.retryable = problem.retryable
    if (problem.field !== undefined) this.field = problem.field
  }
}

/** The caller sent something that can't be accepted as it is. */
export class InvalidInput extends VireoError {
  constructor(code: string, field: string, message: string) {
    super({ code, field, message, fault: 'client', retryable: false })
  }
}

/** What was asked for is not there. */
export class NotFound extends VireoError {
  constructor(code: string, field: string, message: string) {
    super({ code, field, message, fault: 'client', retryable: false })
  }
}

/** Too much at once: come back later. */
export class Overloaded extends VireoError {
  constructor(message: string) {
    super({ code: 'OVERLOADED', message, fault: 'server', retryable: true })
  }
}

/** Something below is not answering or is full: come back later. */
export class Unavailable extends VireoError {
  constructor(code: string, message: string, cause?: unknown) {
    super({ code, message, fault: 'server', retryable: true, cause })
  }
}
