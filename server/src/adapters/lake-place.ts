import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Lake } from '../ports/lake.ts'
import { s3Place } from '../s3-url.ts'
import { openLakeFolder } from './embedded/lake-folder.ts'

/** Where a lake lies, as data: another process opens the same. */
export type LakePlace = FolderPlace | StorePlace

export interface FolderPlace {
  readonly folder: string
}

export interface StorePlace {
  /** `s3://bucket/prefix`. */
  readonly url: string
  readonly s3: Config['s3']
  /** A folder of this machine. */
  readonly scratch: string
}

/** Where the configuration says. */
export function lakePlace({ dataDir, lake, s3 }: Pick<Config, 'dataDir' | 'lake' | 's3'>): LakePlace {
  return lake.location === '' ? { folder: join(dataDir, 'lake') } : { url: lake.location, s3, scratch: join(dataDir, 'lake-scratch') }
}

/** Whether one was begun there. An object store is not asked: it is told when it is opened. */
export const isLake = (place: LakePlace): boolean => 'url' in place || existsSync(place.folder)

/** Opens lakes at a place, made where there is none; those in an object store share their connections. */
export function lakeOpener(place: LakePlace, clock: Clock): () => Promise<Lake> {
  if ('folder' in place) return () => openLakeFolder({ folder: place.folder, clock })
  const { url, s3, scratch } = place
  const httpfs = { file: s3.httpfs, unchecked: s3.httpfsUnchecked }
  // What speaks S3 is loaded by those who use it.
  const store = import('./s3/s3-client.ts').then(({ s3Client }) => s3Client(s3))
  store.catch(() => undefined)
  return async () => {
    const { openS3Lake } = await import('./s3/s3-lake.ts')
    return openS3Lake({ place: s3Place(url), connection: s3, client: await store, httpfs, scratch })
  }
}
