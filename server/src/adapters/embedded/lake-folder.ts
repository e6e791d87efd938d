import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { type Clock, minuteMs } from '../../clock.ts'
import { type DatabaseAccess, type Lake, type Manifest, noAccess, type Pin, type Stored } from '../../ports/lake.ts'
import { HeldPins } from '../held-pins.ts'
import { inTurns } from '../in-turns.ts'
import { LakeManifests, syncFolder } from './lake-manifests.ts'
import { LakePins } from './lake-pins.ts'

export interface LakeFolderOptions {
  readonly folder: string
  readonly clock: Clock
  /** How long the files of a reader that has died are kept for it, in ms. Default: 10 minutes. */
  readonly leaseMs?: number
}

/** Files that are moved, hashed and made durable at the same time. */
const filesAtATime = 4
const bytesAtATime = 2 ** 18
const manifests = 'manifests'
const pins = 'pins'
const scratch = 'scratch'

/** A lake in a folder, made where there is none. */
export async function openLakeFolder({ folder, clock, leaseMs = 10 * minuteMs }: LakeFolderOptions): Promise<Lake> {
  await mkdir(join(folder, scratch), { recursive: true, mode: 0o700 })
  return new LakeFolder(folder, await LakeManifests.open(join(folder, manifests)), await LakePins.open(join(folder, pins), clock, leaseMs))
}

class LakeFolder implements Lake {
  readonly #folder: string
  readonly #manifests: LakeManifests
  readonly #pins: LakePins
  readonly #held: HeldPins

  constructor(folder: string, manifests: LakeManifests, pins: LakePins) {
    this.#folder = folder
    this.#manifests = manifests
    this.#pins = pins
    this.#held = new HeldPins({ newest: () => manifests.newest(), add: (version) => pins.add(version) })
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
    return join(this.#folder, scratch, name)
  }

  location(path: string): string {
    return join(this.#folder, ...path.split('/'))
  }

  async access(): Promise<DatabaseAccess> {
    return noAccess
  }

  async put(files: readonly { readonly scratch: string; readonly path: string }[]): Promise<readonly Stored[]> {
    const folders = new Set<string>()
    for (const { path } of files) for (const folder of foldersOf(path)) folders.add(folder)
    for (const folder of folders) await mkdir(this.location(folder), { recursive: true, mode: 0o700 })
    const stored = await inTurns(files, filesAtATime, async ({ scratch, path }) => {
      const found = await durable(scratch)
      await rename(scratch, this.location(path))
      return found
    })
    await inTurns([...folders], filesAtATime, (folder) => syncFolder(this.location(folder)))
    return stored
  }

  async inspect(path: string): Promise<Stored | undefined> {
    let file: FileHandle
    try {
      file = await open(this.location(path))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
    return digestOf(file).finally(() => file.close())
  }

  async paths(): Promise<readonly string[]> {
    const entries = await readdir(this.#folder, { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(this.#folder.length + 1)
          .split(sep)
          .join('/'),
      )
      .filter((path) => !path.startsWith(`${manifests}/`) && !path.startsWith(`${pins}/`))
  }

  async remove(paths: readonly string[]): Promise<void> {
    await inTurns(paths, filesAtATime, (path) => rm(this.location(path), { force: true }))
  }

  close(): Promise<void> {
    return this.#held.close()
  }
}

/** Of a file's path, from the outermost, which is the lake itself. */
function foldersOf(path: string): string[] {
  const folders: string[] = []
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) folders.unshift(folder)
  return ['', ...folders]
}

async function durable(path: string): Promise<Stored> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
    return await digestOf(file)
  } finally {
    await file.close()
  }
}

async function digestOf(file: FileHandle): Promise<Stored> {
  const hash = createHash('sha256')
  const { size } = await file.stat()
  const buffer = Buffer.allocUnsafe(Math.min(size, bytesAtATime))
  let bytes = 0
  for (;;) {
    const { bytesRead } = await file.read(buffer)
    if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') }
    hash.update(buffer.subarray(0, bytesRead))
    bytes += bytesRead
  }
}
