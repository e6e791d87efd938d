import { S3Client } from '@aws-sdk/client-s3'

/** How the object store is reached. Keys are found as usual for S3: in the environment, a profile, the role of the machine. */
export interface S3Connection {
  /** `http://` or `https://` with a host; empty for AWS. */
  readonly endpoint: string
  /** Empty takes that of the environment or the profile. */
  readonly region: string
  /** Whether the bucket's name is in the path of an URL, not in its host. */
  readonly pathStyle: boolean
}

/** Tries of one call, with pauses in between that double. */
const attempts = 4
const connectMs = 3_000
/** From a request's begin to its answer's. */
const answerMs = 30_000

export function s3Client({ endpoint, region, pathStyle }: S3Connection): S3Client {
  return new S3Client({
    ...(endpoint !== '' && { endpoint }),
    ...(region !== '' && { region }),
    forcePathStyle: pathStyle,
    maxAttempts: attempts,
    requestHandler: { connectionTimeout: connectMs, requestTimeout: answerMs, throwOnRequestTimeout: true },
    // What is written carries its SHA-256; checksums of other kinds are not known everywhere.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
}
