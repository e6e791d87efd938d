import { createHash, type Hash } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { S3Client } from '@aws-sdk/client-s3'
import { minuteMs } from '../../clock.ts'
import type { DatabaseAccess, Lake, Manifest, Pin, Stored } from '../../ports/lake.ts'
import type { S3Place } from '../../s3-url.ts'
import { HeldPins } from '../held-pins.ts'
import { inTurns } from '../in-turns.ts'
import { DuckDbAccess, type Httpfs } from './duckdb-access.ts'
import { ObjectStore } from './object-store.ts'
import { putFile } from './put-file.ts'
import { type S3Connection, s3Client } from './s3-client.ts'
import { manifestsPrefix, S3Manifests } from './s3-manifests.ts'
import { pinsPrefix, S3Pins } from './s3-pins.ts'
import { snapshotsPrefix } from './s3-snapshots.ts'

export interface S3LakeOptions {
  readonly place: S3Place
  readonly connection: S3Connection
  readonly httpfs: Httpfs
  /** A folder of this machine for files before they are put, and for what does not fit into memory. */
  readonly scratch: string
  /** Shared by those that are opened one after the other. */
  readonly client?: S3Client
  /** How long the files of a reader that has died are kept for it, in ms. Default: 10 minutes. */
  readonly leaseMs?: number
}

/** Files that are put or deleted at the same time. */
const filesAtATime = 4
const scratchPrefix = 'scratch/'

/** A lake in an object store: any number of machines may use it. Fails as `ObjectStore` does where the store is not to be had. */
export async function openS3Lake(options: S3LakeOptions): Promise<Lake> {
  await mkdir(options.scratch, { recursive: true, mode: 0o700 })
  const lake = new S3Lake(options)
  // What is wrong with the address, the keys or the bucket is told now.
  await lake.manifest()
  return lake
}

class S3Lake implements Lake {
  readonly #scratch: string
  readonly #store: ObjectStore
  readonly #manifests: S3Manifests
  readonly #pins: S3Pins
  readonly #access: DuckDbAccess
  readonly #held: HeldPins

  constructor({ place, connection, httpfs, scratch, client = s3Client(connection), leaseMs = 10 * minuteMs }: S3LakeOptions) {
    this.#scratch = scratch
    this.#store = new ObjectStore(client, place)
    this.#manifests = new S3Manifests(this.#store)
    this.#pins = new S3Pins(this.#store, leaseMs)
    this.#held = new HeldPins({ newest: () => this.#manifests.newest(), add: (version) => this.#pins.add(version) })
    this.#access = new DuckDbAccess(client, place, connection, httpfs)
  }

  manifest(): Promise<Manifest> {
    return this.#manifests.newest()
  }

  commit(next: Manifest): Promise<void> {
    return this.#manifests.commit(next)
  }

  pin(): Promise<Pin> {
    return this.#held.pin()
  }

  oldestPin(): Promise<number | undefined> {
    return this.#pins.oldest()
  }

  scratch(name: string): string {
    return join(this.#scratch, name)
  }

  location(path: string): string {
    return path.startsWith(scratchPrefix) ? this.#local(path) : `${this.#store.url}${path}`
  }

  access(): Promise<DatabaseAccess> {
    return this.#access.get()
  }

  put(files: readonly { readonly scratch: string; readonly path: string }[]): Promise<readonly Stored[]> {
    return inTurns(files, filesAtATime, async ({ scratch, path }) => {
      const stored = await putFile(this.#store, scratch, path)
      await rm(scratch)
      return stored
    })
  }

  async inspect(path: string): Promise<Stored | undefined> {
    let hash: Hash | undefined
    let bytes = 0
    const begin = () => {
      hash = createHash('sha256')
      bytes = 0
    }
    const piece = (each: Uint8Array) => {
      hash!.update(each)
      bytes += each.length
    }
    return (await this.#store.read(path, { begin, piece })) ? { bytes, sha256: hash!.digest('hex') } : undefined
  }

  async paths(): Promise<readonly string[]> {
    const { objects } = await this.#store.list('')
    const isOther = (key: string) => [manifestsPrefix, pinsPrefix, snapshotsPrefix].some((prefix) => key.startsWith(prefix))
    const stored = objects.map(({ key }) => key).filter((key) => !isOther(key))
    const entries = await readdir(this.#scratch, { recursive: true, withFileTypes: true })
    const local = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.#scratch.length + 1))
    return [...stored, ...local.map((name) => `${scratchPrefix}${name.split(sep).join('/')}`)]
  }

  async remove(paths: readonly string[]): Promise<void> {
    const [local, stored] = [
      paths.filter((path) => path.startsWith(scratchPrefix)),
      paths.filter((path) => !path.startsWith(scratchPrefix)),
    ]
    await inTurns(local, filesAtATime, (path) => rm(this.#local(path), { force: true }))
    await this.#store.remove(stored)
  }

  close(): Promise<void> {
    return this.#held.close()
  }

  #local(path: string): string {
    return this.scratch(path.slice(scratchPrefix.length))
  }
}
