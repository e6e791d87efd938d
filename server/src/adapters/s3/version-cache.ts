import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { dayMs, minuteMs } from '../../clock.ts'
import { Unavailable } from '../../errors.ts'
import { manifestDigestName, manifestName } from '../../models/manifest.ts'
import { readManifest } from '../../models/read-manifest.ts'
import { verifyFiles } from '../../models/verify-files.ts'
import { inTurns } from '../in-turns.ts'
import type { ObjectStore } from './object-store.ts'

/** Whole versions that stay, those used last: what serves, what served before, and what is tried. */
const kept = 4
const filesAtATime = 4
const verifyMs = 10 * minuteMs
/** Longer than any fetching takes. */
const abandonedMs = dayMs

/** Versions of models from an object store, in a folder of this machine. A version never changes. */
export class VersionCache {
  readonly #store: ObjectStore
  readonly #whole: string
  readonly #manifests: string
  readonly #attempts: string
  #turn: Promise<unknown> = Promise.resolve()

  constructor(store: ObjectStore, folder: string) {
    this.#store = store
    this.#whole = join(folder, 'versions')
    this.#manifests = join(folder, 'manifests')
    this.#attempts = join(folder, 'attempts')
  }

  /** The folder of `<model>/<version>` with all its files, each as its manifest says. Rejects as `verifyFiles` does, or as `ObjectStore`. */
  whole(version: string): Promise<string> {
    const done = this.#turn.then(() => this.#fetched(version))
    this.#turn = done.catch(() => undefined)
    return done
  }

  /** A folder with its manifest, at least. */
  async manifest(version: string): Promise<string> {
    const folder = join(this.#manifests, version)
    if (!(await isThere(join(folder, manifestName)))) await this.#fetch(version, [manifestName], folder)
    return folder
  }

  async #fetched(version: string): Promise<string> {
    const folder = join(this.#whole, version)
    await mkdir(this.#attempts, { recursive: true, mode: 0o700 })
    if (!(await this.#isWhole(folder))) {
      await rm(folder, { recursive: true, force: true })
      const { objects } = await this.#store.list(`${version}/`)
      await this.#fetch(
        version,
        objects.map(({ key }) => key.slice(version.length + 1)),
        folder,
        verified,
      )
    }
    const now = new Date()
    await utimes(folder, now, now)
    await this.#forget()
    return folder
  }

  async #isWhole(folder: string): Promise<boolean> {
    if (!(await isThere(join(folder, manifestDigestName)))) return false
    return verified(folder).then(
      () => true,
      () => false,
    )
  }

  /** All of them or none, under the name of the folder. */
  async #fetch(version: string, files: readonly string[], folder: string, check?: (folder: string) => Promise<void>): Promise<void> {
    const aside = join(this.#attempts, randomUUID())
    const attempt = join(aside, version)
    try {
      await mkdir(attempt, { recursive: true, mode: 0o700 })
      await inTurns(
        files.filter((file) => !file.includes('/')),
        filesAtATime,
        (file) => this.#download(`${version}/${file}`, join(attempt, file)),
      )
      await check?.(attempt)
      await mkdir(dirname(folder), { recursive: true, mode: 0o700 })
      await rename(attempt, folder).catch(async (error) => {
        // Somebody else was faster.
        if (!(await isThere(folder))) throw error
      })
    } finally {
      await rm(aside, { recursive: true, force: true })
    }
  }

  async #download(key: string, path: string): Promise<void> {
    if (await this.#store.download(key, path)) return
    throw new Unavailable('REGISTRY_UNREADABLE', `${this.#store.url}${key} has gone`)
  }

  async #forget(): Promise<void> {
    const folders = await Promise.all(
      (await readdir(this.#whole)).map(async (model) =>
        (await readdir(join(this.#whole, model))).map((version) => join(this.#whole, model, version)),
      ),
    )
    const used = await withTimes(folders.flat())
    const attempts = await withTimes((await readdir(this.#attempts)).map((name) => join(this.#attempts, name)))
    // A process has left what is so old when it was stopped.
    const left = attempts.filter(({ ms }) => ms < Date.now() - abandonedMs)
    for (const { folder } of [...used.sort((a, b) => b.ms - a.ms).slice(kept), ...left]) await rm(folder, { recursive: true, force: true })
  }
}

async function verified(folder: string): Promise<void> {
  await verifyFiles(folder, await readManifest(folder), AbortSignal.timeout(verifyMs))
}

/** Those that are still there. */
async function withTimes(folders: readonly string[]): Promise<{ folder: string; ms: number }[]> {
  const found = await Promise.all(
    folders.map((folder) =>
      stat(folder).then(
        ({ mtimeMs }) => [{ folder, ms: mtimeMs }],
        () => [],
      ),
    ),
  )
  return found.flat()
}

const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )
