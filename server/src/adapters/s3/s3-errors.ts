import { Unavailable, VireoError } from '../../errors.ts'

/** What errors of the client for S3 have, of those that they have. */
interface S3Failure {
  readonly name: string
  readonly message: string
  readonly $metadata?: { readonly httpStatusCode?: number }
}

/** There is an object of that key already. */
export class AlreadyThere extends Error {}

const statusOf = (error: unknown) => (error as S3Failure).$metadata?.httpStatusCode
const refusing = new Set([301, 400, 401, 403, 405])
/** What is told with 400, and is the way's fault. */
const lostOnTheWay = new Set(['BadDigest', 'IncompleteBody', 'RequestTimeout', 'XAmzContentSHA256Mismatch'])

export const isMissing = (error: unknown): boolean => statusOf(error) === 404 && (error as S3Failure).name !== 'NoSuchBucket'

/** 409: another call for the same key is under way, of which one wins. */
export const isTaken = (error: unknown): boolean => [409, 412].includes(statusOf(error) ?? 0)

/** An error of the client as one that says what to do. The store's words are kept; headers and signatures are not. */
export function s3Error(error: unknown, place: string): VireoError {
  const { name, message } = error as S3Failure
  const status = statusOf(error)
  const cause = new Error(`${name}: ${message}`)
  const refused = (code: string, what: string) => new VireoError({ code, fault: 'server', retryable: false, message: what, cause })
  if (name === 'NoSuchBucket') return refused('S3_BUCKET_MISSING', `There is no bucket for ${place}`)
  if (name === 'CredentialsProviderError') return refused('S3_KEYS_MISSING', `No keys for ${place} were found: ${message}`)
  if (message === 'Region is missing') return refused('S3_REGION_MISSING', `No region of ${place} was found`)
  if (status !== undefined && refusing.has(status) && !lostOnTheWay.has(name)) {
    // An answer without a body has no words: the name tells as much.
    return refused(
      'S3_REFUSED',
      `The object store refuses ${place}: ${name} (HTTP ${status})${message === 'UnknownError' ? '' : `, ${message}`}`,
    )
  }
  const why = name === 'AbortError' ? 'it took too long' : status === undefined ? message : `HTTP ${status}, ${message}`
  return new Unavailable('S3_UNAVAILABLE', `The object store does not answer for ${place}: ${why}`, cause)
}
