import type { FastifyError, FastifyReply } from 'fastify'
import { InvalidInput, VireoError } from '../../errors.ts'
import { statusOf } from '../status.ts'

const bodyTooLarge = new InvalidInput('BODY_TOO_LARGE', '', 'The body is too large. Send smaller batches.')
const contentTypeUnknown = new InvalidInput('CONTENT_TYPE_UNKNOWN', '', 'Send application/json or application/x-protobuf.')

/** What fastify refuses by itself, in our words. */
export function fromFastify(error: unknown): unknown {
  const { code, statusCode, message } = error as Partial<FastifyError>
  if (error instanceof VireoError || typeof code !== 'string' || !code.startsWith('FST_')) return error
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return bodyTooLarge
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return contentTypeUnknown
  return statusCode !== undefined && statusCode < 500 ? new InvalidInput('MALFORMED_BODY', '', message ?? '') : error
}

export const errorBody = (error: VireoError) => ({
  error: { code: error.code, field: error.field ?? '', message: error.message, retryable: error.retryable },
})

export function sendError(reply: FastifyReply, error: VireoError): FastifyReply {
  const { http } = statusOf(error)
  if (http === 401) reply.header('www-authenticate', 'Bearer')
  if (error.retryable) reply.header('retry-after', '1')
  return reply.code(http).type('application/json; charset=utf-8').send(errorBody(error))
}
