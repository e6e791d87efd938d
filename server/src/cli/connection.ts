import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Client, credentials, logVerbosity, Metadata, type ServiceError, setLogVerbosity, status } from '@grpc/grpc-js'
import type { Command } from 'commander'
import { isLoopback } from '../api/access/access.ts'
import { hostAndPort } from '../api/listening.ts'
import { type Config, keyVariable } from '../config.ts'
import { VireoError } from '../errors.ts'
import { AdminServiceClient } from '../generated/vireo/v1/admin.ts'
import { CatalogServiceClient } from '../generated/vireo/v1/catalog.ts'
import { RecsServiceClient } from '../generated/vireo/v1/feed.ts'

export interface ServerOptions {
  readonly server?: string
  readonly keyFile?: string
}

export const withServerOptions = (command: Command): Command =>
  command
    .option('--server <host:port>', 'gRPC address of the server (default: host and grpcPort of the configuration)')
    .option('--key-file <file>', `file with the key to call with (default: ${keyVariable}, else the operator token of the data folder)`)
    .option('--json', 'print JSON')

/** Refusals of these kinds are the caller's to mend. */
const callersFault = new Set([
  status.INVALID_ARGUMENT,
  status.NOT_FOUND,
  status.PERMISSION_DENIED,
  status.UNAUTHENTICATED,
  status.RESOURCE_EXHAUSTED,
])

/** A call of these commands ends within seconds, or something is wrong. */
const patienceMs = 30_000

/** The running server, as commands talk to it. */
export class Connection {
  readonly address: string
  readonly admin: AdminServiceClient
  readonly catalog: CatalogServiceClient
  readonly feed: RecsServiceClient
  readonly metadata = new Metadata()

  constructor(config: Config, { server, keyFile }: ServerOptions) {
    setLogVerbosity(logVerbosity.NONE)
    this.address = server ?? hostAndPort(reachable(config.host), config.grpcPort)
    const channel = credentials.createInsecure()
    this.admin = new AdminServiceClient(this.address, channel)
    this.catalog = new CatalogServiceClient(this.address, channel)
    this.feed = new RecsServiceClient(this.address, channel)
    const key = keyFor(this.address, config, keyFile)
    if (key !== undefined) this.metadata.set('authorization', `Bearer ${key}`)
  }

  /** A unary call. Throws `VireoError`; `SERVER_UNREACHABLE` where nothing answers. */
  ask<Request, Response>(
    client: Client,
    method: (
      request: Request,
      metadata: Metadata,
      options: { deadline: number },
      done: (error: ServiceError | null, response: Response) => void,
    ) => unknown,
    request: Request,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      method.call(client, request, this.metadata, { deadline: Date.now() + patienceMs }, (error, response) =>
        error ? reject(this.problem(error)) : resolve(response),
      )
    })
  }

  problem(error: ServiceError): VireoError {
    const [code] = error.metadata?.get('vireo-error-code') ?? []
    const [field] = error.metadata?.get('vireo-error-field') ?? []
    if (code === undefined && error.code === status.UNAVAILABLE) {
      const message = `No server answers at ${this.address}. Start one with \`npm start\`, or name another with --server host:port`
      return new VireoError({ code: 'SERVER_UNREACHABLE', fault: 'server', retryable: true, message, cause: error })
    }
    return new VireoError({
      code: code === undefined ? (status[error.code] ?? 'INTERNAL') : String(code),
      fault: callersFault.has(error.code) ? 'client' : 'server',
      retryable: false,
      message: error.details,
      ...(field !== undefined && { field: String(field) }),
      cause: error,
    })
  }

  close(): void {
    for (const client of [this.admin, this.catalog, this.feed]) client.close()
  }
}

export async function withConnection<Result>(
  config: Config,
  options: ServerOptions,
  run: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const connection = new Connection(config, options)
  try {
    return await run(connection)
  } finally {
    connection.close()
  }
}

export const isUnreachable = (error: unknown): boolean => error instanceof VireoError && error.code === 'SERVER_UNREACHABLE'

/** Where a server that listens on `host` is found from this machine. */
export const reachable = (host: string): string => (host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host)

function keyFor(address: string, config: Config, keyFile: string | undefined): string | undefined {
  if (keyFile !== undefined) {
    try {
      return readFileSync(keyFile, 'utf8').trim()
    } catch (cause) {
      const message = `The key file can't be read: ${(cause as Error).message}. Check --key-file`
      throw new VireoError({ code: 'USAGE_WRONG', fault: 'client', retryable: false, message, cause })
    }
  }
  const given = process.env[keyVariable]
  if (given) return given
  // The operator's token opens everything here: it never leaves for another machine.
  const host = address.slice(0, address.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1')
  if (!isLoopback(host) && host !== config.host) return undefined
  try {
    return readFileSync(join(config.dataDir, 'operator.token'), 'utf8').trim()
  } catch {
    return undefined
  }
}
