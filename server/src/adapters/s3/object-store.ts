import { createHash, randomUUID } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { S3Place } from '../../s3-url.ts'
import { AlreadyThere, isMissing, isTaken, s3Error } from './s3-errors.ts'

/** The key is without the prefix. */
export interface FoundObject {
  readonly key: string
  /** By the store's clock, in ms since 1970. */
  readonly modifiedMs: number
}

export interface Listing {
  readonly objects: readonly FoundObject[]
  /** When it was made, by the store's clock, in ms since 1970. */
  readonly atMs: number
}

/** For one call with all its tries. */
const callMs = 60_000
/** From one piece of a body to the next. */
const stalledMs = 15_000
const bodyAttempts = 3
/** What one call deletes at most. */
const mostDeleted = 1_000

/** Objects under a prefix of a bucket. Each call ends within a minute or so; failures are those of `s3Error`. */
export class ObjectStore {
  readonly client: S3Client
  readonly place: S3Place
  /** `s3://bucket/prefix`. */
  readonly url: string

  constructor(client: S3Client, place: S3Place) {
    this.client = client
    this.place = place
    this.url = `s3://${place.bucket}/${place.prefix}`
  }

  /** What each command begins with. */
  object(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.place.bucket, Key: `${this.place.prefix}${key}` }
  }

  /** The store refuses what is not as it was sent. */
  put(key: string, body: Uint8Array): Promise<void> {
    return this.#put(key, body, {})
  }

  /** A key can be taken once only, which makes this a compare-and-set for all machines. Rejects with `AlreadyThere` where it is. */
  async putOnce(key: string, body: Uint8Array): Promise<void> {
    const by = randomUUID()
    try {
      await this.#put(key, body, { IfNoneMatch: '*', Metadata: { by } })
    } catch (error) {
      // A try before this one may have made it, of which the answer was lost.
      if ((await this.#madeBy(key).catch(() => undefined)) !== by) throw error
    }
  }

  /** Undefined where there is none. */
  async content(key: string): Promise<Buffer | undefined> {
    const pieces: Uint8Array[] = []
    const found = await this.read(key, {
      begin: () => void pieces.splice(0),
      piece: (bytes) => void pieces.push(bytes),
    })
    return found ? Buffer.concat(pieces) : undefined
  }

  /** Reads an object into a file of this machine, durably. False where there is none. */
  async download(key: string, path: string): Promise<boolean> {
    await using file = await open(path, 'w', 0o600)
    let at = 0
    const begin = () => {
      at = 0
    }
    const piece = async (bytes: Uint8Array) => {
      await file.write(bytes, 0, bytes.length, at)
      at += bytes.length
    }
    if (!(await this.read(key, { begin, piece }))) return false
    await file.truncate(at)
    await file.sync()
    return true
  }

  /** Reads an object from its beginning; from the beginning again where the connection breaks. False where there is none. */
  async read(key: string, to: { begin(): void; piece(bytes: Uint8Array): void | Promise<void> }): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      const body = await this.#body(key)
      if (body === undefined) return false
      try {
        to.begin()
        for await (const bytes of steady(body)) await to.piece(bytes)
        return true
      } catch (error) {
        if (!(error instanceof BrokenOff)) throw error
        if (attempt === bodyAttempts) throw s3Error(error.cause, `${this.url}${key}`)
      }
    }
  }

  /** Those whose keys begin so, in order. */
  async list(prefix: string): Promise<Listing> {
    const objects: FoundObject[] = []
    let atMs = Date.now()
    let after: string | undefined
    do {
      const { Bucket, Key: Prefix } = this.object(prefix)
      const command = new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken: after })
      command.middlewareStack.add(
        (next) => async (input) => {
          const result = await next(input)
          const { headers } = result.response as { readonly headers: Readonly<Record<string, string>> }
          atMs = Date.parse(headers.date ?? '') || atMs
          return result
        },
        { step: 'deserialize' },
      )
      const page = await this.calling(prefix, (abortSignal) => this.client.send(command, { abortSignal }))
      for (const { Key, LastModified } of page.Contents ?? []) {
        objects.push({ key: Key!.slice(this.place.prefix.length), modifiedMs: LastModified?.getTime() ?? 0 })
      }
      after = page.NextContinuationToken
    } while (after !== undefined)
    return { objects, atMs }
  }

  /** Those that are there. */
  async remove(keys: readonly string[]): Promise<void> {
    for (let from = 0; from < keys.length; from += mostDeleted) {
      const Objects = keys.slice(from, from + mostDeleted).map((key) => ({ Key: this.object(key).Key }))
      const command = new DeleteObjectsCommand({ Bucket: this.place.bucket, Delete: { Quiet: true, Objects } })
      const { Errors: [failed] = [] } = await this.calling(keys[from]!, (abortSignal) => this.client.send(command, { abortSignal }))
      if (failed === undefined) continue
      const { Code: name = '', Message: message = '' } = failed
      throw s3Error({ name, message, $metadata: { httpStatusCode: name === 'AccessDenied' ? 403 : 500 } }, `${this.url}${failed.Key ?? ''}`)
    }
  }

  /** One call, within its time; `AlreadyThere` where a condition was not met. */
  async calling<Result>(key: string, call: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    try {
      return await call(AbortSignal.timeout(callMs))
    } catch (error) {
      if (isTaken(error)) throw new AlreadyThere(`${this.url}${key} is there already`)
      throw s3Error(error, `${this.url}${key}`)
    }
  }

  async #put(key: string, body: Uint8Array, more: Pick<PutObjectCommandInput, 'IfNoneMatch' | 'Metadata'>): Promise<void> {
    const checksum = createHash('sha256').update(body).digest('base64')
    const command = new PutObjectCommand({
      ...this.object(key),
      ...more,
      Body: body,
      ContentLength: body.length,
      ChecksumSHA256: checksum,
    })
    await this.calling(key, (abortSignal) => this.client.send(command, { abortSignal }))
  }

  async #madeBy(key: string): Promise<string | undefined> {
    const command = new HeadObjectCommand(this.object(key))
    return (await this.#ifThere(key, (abortSignal) => this.client.send(command, { abortSignal })))?.Metadata?.by
  }

  async #body(key: string): Promise<Readable | undefined> {
    const command = new GetObjectCommand(this.object(key))
    // Each try has its time; the body may take longer than a call.
    const found = await this.#ifThere(key, () => this.client.send(command))
    return found?.Body as Readable | undefined
  }

  async #ifThere<Result>(key: string, call: (signal: AbortSignal) => Promise<Result>): Promise<Result | undefined> {
    return this.calling(key, async (signal) => {
      try {
        return await call(signal)
      } catch (error) {
        if (isMissing(error)) return undefined
        throw error
      }
    })
  }
}

/** The connection, not whoever reads. */
class BrokenOff extends Error {}

/** Breaks off a body of which nothing comes any more. */
async function* steady(body: Readable): AsyncGenerator<Uint8Array> {
  const stalled = setTimeout(() => body.destroy(new Error(`nothing came for ${stalledMs} ms`)), stalledMs)
  try {
    for await (const bytes of body) {
      stalled.refresh()
      yield bytes as Uint8Array
    }
  } catch (cause) {
    throw new BrokenOff('a body was broken off', { cause })
  } finally {
    clearTimeout(stalled)
  }
}
