import type { S3Client } from '@aws-sdk/client-s3'
import { quoted } from '../../lake/database.ts'
import type { DatabaseAccess } from '../../ports/lake.ts'
import type { S3Place } from '../../s3-url.ts'
import type { S3Connection } from './s3-client.ts'
import { s3Error } from './s3-errors.ts'

/** Where DuckDB has its extension `httpfs` from, which reads `s3://`. */
export interface Httpfs {
  /** A file built for this version of DuckDB; empty lets DuckDB fetch it, once a machine. */
  readonly file: string
  /** Takes the file without a look at its signature and at the version it was built for. */
  readonly unchecked: boolean
}

/** What is needed of the client. */
export interface KeyedClient {
  readonly config: Pick<S3Client['config'], 'credentials' | 'region'>
}

/** For one request of DuckDB, in s, and how often it is made again. */
const requestSeconds = 30
const retries = 3

/** What lets DuckDB read the objects of a place, with the keys that the client uses, for as long as they hold. */
export class DuckDbAccess {
  readonly #client: KeyedClient
  readonly #place: S3Place
  readonly #connection: S3Connection
  readonly #httpfs: Httpfs
  #newest: DatabaseAccess | undefined

  constructor(client: KeyedClient, place: S3Place, connection: S3Connection, httpfs: Httpfs) {
    this.#client = client
    this.#place = place
    this.#connection = connection
    this.#httpfs = httpfs
  }

  /** The same object until the keys are others. */
  async get(): Promise<DatabaseAccess> {
    const secret = await this.#secret()
    if (this.#newest?.secret !== secret) this.#newest = { ...this.#prepared(), secret }
    return this.#newest
  }

  #prepared(): Omit<DatabaseAccess, 'secret'> {
    const { file, unchecked } = this.#httpfs
    const settings = unchecked ? { allow_unsigned_extensions: 'true', allow_extensions_metadata_mismatch: 'true' } : {}
    const load = file === '' ? ['INSTALL httpfs', 'LOAD httpfs'] : [`LOAD ${quoted(file)}`]
    return { settings, statements: [...load, `SET http_timeout = ${requestSeconds}`, `SET http_retries = ${retries}`] }
  }

  async #secret(): Promise<string> {
    const { bucket, prefix } = this.#place
    const { endpoint, pathStyle } = this.#connection
    const { accessKeyId, secretAccessKey, sessionToken, region } = await this.#resolved()
    const url = endpoint === '' ? undefined : new URL(endpoint)
    const options = [
      `KEY_ID ${quoted(accessKeyId)}`,
      `SECRET ${quoted(secretAccessKey)}`,
      ...(sessionToken === undefined ? [] : [`SESSION_TOKEN ${quoted(sessionToken)}`]),
      `REGION ${quoted(region)}`,
      ...(url === undefined ? [] : [`ENDPOINT ${quoted(url.host)}`, `USE_SSL ${url.protocol === 'https:'}`]),
      `URL_STYLE '${pathStyle ? 'path' : 'vhost'}'`,
      `SCOPE ${quoted(`s3://${bucket}/${prefix}`)}`,
    ]
    return `CREATE OR REPLACE SECRET lake (TYPE s3, ${options.join(', ')})`
  }

  async #resolved() {
    const { credentials, region } = this.#client.config
    try {
      return { ...(await credentials()), region: await region() }
    } catch (error) {
      throw s3Error(error, `s3://${this.#place.bucket}/${this.#place.prefix}`)
    }
  }
}
