import type { Config } from '../config.ts'
import { s3Place } from '../s3-url.ts'
import type { S3Snapshots } from './s3/s3-snapshots.ts'

/** Where snapshots of a state lie, as data: another process opens the same. */
export interface SnapshotPlace {
  /** `s3://bucket/prefix`. */
  readonly url: string
  readonly s3: Config['s3']
}

/** Beside the lake, those of each state for themselves; undefined where the lake is in no object store. */
export function snapshotPlace(
  { lake, s3 }: { readonly lake: Pick<Config['lake'], 'location'>; readonly s3: Config['s3'] },
  stateName: string,
): SnapshotPlace | undefined {
  if (lake.location === '') return undefined
  return { url: `${lake.location.replace(/\/$/, '')}/snapshots/${stateName}`, s3 }
}

/** Asks for nothing yet. */
export async function openSnapshots({ url, s3 }: SnapshotPlace): Promise<S3Snapshots> {
  // What speaks S3 is loaded by those who use it.
  const [{ ObjectStore }, { s3Client }, { S3Snapshots }] = await Promise.all([
    import('./s3/object-store.ts'),
    import('./s3/s3-client.ts'),
    import('./s3/s3-snapshots.ts'),
  ])
  return new S3Snapshots(new ObjectStore(s3Client(s3), s3Place(url)))
}
