import { Metadata, type ServerErrorResponse } from '@grpc/grpc-js'
import type { VireoError } from '../../errors.ts'
import { statusOf } from '../status.ts'

/** A failure as gRPC's status; what a caller needs to act on it is in the trailers. */
export function toGrpc(error: VireoError): Partial<ServerErrorResponse> & { code: number; details: string } {
  const metadata = new Metadata()
  metadata.set('vireo-error-code', error.code)
  metadata.set('vireo-error-retryable', String(error.retryable))
  if (error.field !== undefined) metadata.set('vireo-error-field', error.field.replace(/[^\x20-\x7e]/g, '?'))
  return { code: statusOf(error).grpc, details: error.message, metadata }
}
