import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import { dayMs } from '../../clock.ts'
import { inTurns } from '../in-turns.ts'
import type { ObjectStore } from './object-store.ts'
import { readSnapshot, type Snapshot, type SnapshotFile, snapshotBroken, snapshotText } from './snapshot-manifest.ts'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** What their keys begin with under the prefix of a lake, which leaves them alone. */
export const snapshotsPrefix = 'snapshots/'

/** Of a file, in an object: a few of them at a time are in memory. */
const partBytes = 16 * 2 ** 20
const partsAtATime = 4
const manifestName = 'manifest.json'
/** Parts that no manifest names are of one that is being put, or of a process that has died. */
const abandonedMs = dayMs

export interface FoundSnapshot {
  readonly id: string
  /** By the store's clock, in ms. */
  readonly ageMs: number
}

/**
 * Copies of files of a data folder in an object store, each under a prefix of its own: parts, then a manifest that names
 * them with their checksums. Without the manifest there is no snapshot. Fails as `ObjectStore` does.
 */
export class S3Snapshots {
  readonly store: ObjectStore

  constructor(store: ObjectStore) {
    this.store = store
  }

  async newestFirst(): Promise<FoundSnapshot[]> {
    const { objects, atMs } = await this.store.list('')
    return objects
      .filter(({ key }) => key.endsWith(`/${manifestName}`))
      .map(({ key, modifiedMs }) => ({ id: key.slice(0, -manifestName.length - 1), ageMs: atMs - modifiedMs }))
      .sort((a, b) => a.ageMs - b.ageMs || (a.id < b.id ? -1 : 1))
  }

  /** Rejects with `SNAPSHOT_BROKEN` for what this version can't read. */
  async read(id: string): Promise<Snapshot> {
    const text = await this.store.content(`${id}/${manifestName}`)
    if (text === undefined) throw snapshotBroken('it has been deleted')
    return readSnapshot(text.toString('utf8'))
  }

  /** Files that nobody changes meanwhile: where they lie now, and their path in the data folder. */
  async put(
    files: readonly { readonly from: string; readonly path: string }[],
    about: Pick<Snapshot, 'vireo' | 'positions'>,
  ): Promise<string> {
    const id = randomUUID()
    const named: SnapshotFile[] = []
    for (const { from, path } of files) named.push(await this.#putFile(from, path, `${id}/${named.length}-`))
    await this.store.put(`${id}/${manifestName}`, Buffer.from(snapshotText({ ...about, files: named })))
    return id
  }

  /** Brings the files of a snapshot into a folder. Rejects with `SNAPSHOT_BROKEN` where parts are not what was put; then some may be there. */
  async fetch({ files }: Snapshot, folder: string): Promise<void> {
    for (const file of files) await this.#fetchFile(file, join(folder, file.path))
  }

  /** Deletes all but the newest, and what was left behind. */
  async keep(most: number): Promise<void> {
    const old = (await this.newestFirst()).slice(most).map(({ id }) => id)
    // First what makes them snapshots: who begins to read one then finds the next.
    await this.store.remove(old.map((id) => `${id}/${manifestName}`))
    const { objects, atMs } = await this.store.list('')
    const whole = new Set(objects.filter(({ key }) => key.endsWith(`/${manifestName}`)).map(({ key }) => key.slice(0, key.indexOf('/'))))
    const isOver = ({ key, modifiedMs }: (typeof objects)[number]) => {
      const id = key.slice(0, key.indexOf('/'))
      return !whole.has(id) && (old.includes(id) || modifiedMs + abandonedMs < atMs)
    }
    await this.store.remove(objects.filter(isOver).map(({ key }) => key))
  }

  async #putFile(from: string, path: string, prefix: string): Promise<SnapshotFile> {
    await using file = await open(from)
    const { size } = await file.stat()
    const starts = Array.from({ length: Math.ceil(size / partBytes) }, (_, part) => part * partBytes)
    const parts = await inTurns(starts, partsAtATime, async (at) => {
      const bytes = Math.min(partBytes, size - at)
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(bytes), 0, bytes, at)
      if (bytesRead !== bytes) throw new Error(`${from} became shorter while it was read`)
      const body = await compress(buffer)
      const key = `${prefix}${at / partBytes}.zst`
      await this.store.put(key, body)
      return { key, bytes, sha256: createHash('sha256').update(body).digest('hex') }
    })
    return { path, bytes: size, parts }
  }

  async #fetchFile({ bytes, parts }: SnapshotFile, to: string): Promise<void> {
    await mkdir(dirname(to), { recursive: true, mode: 0o700 })
    await using file = await open(to, 'w', 0o600)
    let end = 0
    const placed = parts.map((part) => {
      end += part.bytes
      return { part, at: end - part.bytes }
    })
    if (end !== bytes) throw snapshotBroken('its parts are not all of a file')
    await inTurns(placed, partsAtATime, async ({ part, at }) => {
      await file.write(await this.#part(part), 0, part.bytes, at)
    })
    await file.sync()
  }

  async #part({ bytes, key, sha256 }: SnapshotFile['parts'][number]): Promise<Buffer> {
    const body = await this.store.content(key)
    if (body === undefined) throw snapshotBroken(`${key} is missing`)
    if (createHash('sha256').update(body).digest('hex') !== sha256) throw snapshotBroken(`the checksum of ${key} differs`)
    const content = await decompress(body, { maxOutputLength: bytes })
    if (content.length !== bytes) throw snapshotBroken(`${key} has ${content.length} bytes of ${bytes}`)
    return content
  }
}
