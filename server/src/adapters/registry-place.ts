import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Registry } from '../ports/registry.ts'
import { s3Place, s3Url } from '../s3-url.ts'
import { RegistryFolder } from './embedded/registry-folder.ts'

/** The registry that the configuration says. What was fetched from an object store lies in the data folder. */
export async function openRegistry({ dataDir, models, s3 }: Pick<Config, 'dataDir' | 'models' | 's3'>): Promise<Registry> {
  if (!s3Url.test(models.registry)) return new RegistryFolder(models.registry)
  // What speaks S3 is loaded by those who use it.
  const [{ ObjectStore }, { s3Client }, { S3Registry }, { VersionCache }] = await Promise.all([
    import('./s3/object-store.ts'),
    import('./s3/s3-client.ts'),
    import('./s3/s3-registry.ts'),
    import('./s3/version-cache.ts'),
  ])
  const store = new ObjectStore(s3Client(s3), s3Place(models.registry))
  return new S3Registry(store, new VersionCache(store, join(dataDir, 'models')))
}
