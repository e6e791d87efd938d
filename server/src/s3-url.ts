/** `s3://bucket/prefix`, of names that need no escaping anywhere. */
export const s3Url = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[A-Za-z0-9_=.-]+)*)\/?$/

/** Objects of a bucket whose keys begin with a prefix. */
export interface S3Place {
  readonly bucket: string
  /** Empty, or ends with `/`. */
  readonly prefix: string
}

/** The URL must be one that `s3Url` matches. */
export function s3Place(url: string): S3Place {
  const [, bucket, path] = s3Url.exec(url)!
  return { bucket: bucket!, prefix: path === '' ? '' : `${path!.slice(1)}/` }
}
