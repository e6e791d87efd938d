import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { startS3 } from '../../../../engines/for-tests.ts'
import { httpfsFile } from '../../../../engines/s3/httpfs.ts'
import type { Config } from '../../config.ts'
import type { StorePlace } from '../lake-place.ts'
import { s3Client } from './s3-client.ts'

/** The real gateway with a bucket, and its keys in the environment of this process. */
export class S3ForTests implements AsyncDisposable {
  readonly gateway: Awaited<ReturnType<typeof startS3>>
  readonly bucket = `vireo-${randomUUID()}`
  readonly folder: string
  readonly s3: Config['s3']

  private constructor(gateway: Awaited<ReturnType<typeof startS3>>, folder: string, httpfs: string) {
    this.gateway = gateway
    this.folder = folder
    this.s3 = { endpoint: gateway.addresses.endpoint, region: 'us-east-1', pathStyle: true, httpfs, httpfsUnchecked: true }
  }

  static async start(options: Parameters<typeof startS3>[0] = {}): Promise<S3ForTests> {
    const httpfs = await httpfsFile(AbortSignal.timeout(300_000))
    const started = new S3ForTests(await startS3(options), await mkdtemp(join(tmpdir(), 'vireo-s3-')), httpfs)
    const { accessKeyId, secretAccessKey } = started.gateway.credentials
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey })
    await s3Client(started.s3).send(new CreateBucketCommand({ Bucket: started.bucket }))
    return started
  }

  /** What a server is given to reach it. */
  get settings(): Record<string, string> {
    const { endpoint, httpfs, region } = this.s3
    return {
      VIREO_S3_ENDPOINT: endpoint,
      VIREO_S3_REGION: region,
      VIREO_S3_PATH_STYLE: 'true',
      VIREO_S3_HTTPFS: httpfs,
      VIREO_S3_HTTPFS_UNCHECKED: 'true',
    }
  }

  /** A lake of its own, with a scratch folder of its own. */
  place(name: string): StorePlace {
    return { url: `s3://${this.bucket}/lakes/${name}`, s3: this.s3, scratch: join(this.folder, randomUUID()) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway[Symbol.asyncDispose]()
    await rm(this.folder, { recursive: true })
  }
}
