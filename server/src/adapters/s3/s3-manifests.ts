import { minuteMs } from '../../clock.ts'
import { conflict, manifestName, manifestText, parsedManifest, versionOf } from '../../lake/manifest-text.ts'
import { emptyManifest, type Manifest } from '../../ports/lake.ts'
import type { FoundObject, ObjectStore } from './object-store.ts'
import { AlreadyThere } from './s3-errors.ts'

export const manifestsPrefix = 'manifests/'
/** Manifests that stay beside the newest, to look back at; and all of the last while: a commit that is late must find its key taken. */
const kept = 20
const allKeptMs = 15 * minuteMs

interface Named {
  readonly version: number
  readonly object: FoundObject
}

/** The manifests under a prefix, each an object with the version as its name; the newest counts. */
export class S3Manifests {
  readonly #store: ObjectStore
  readonly #keptMs: number
  /** The last that was read or committed: it never changes. */
  #newest: Manifest = emptyManifest

  constructor(store: ObjectStore, keptMs = allKeptMs) {
    this.#store = store
    this.#keptMs = keptMs
  }

  async newest(): Promise<Manifest> {
    for (;;) {
      const version = (await this.#named()).at(-1)?.version
      if (version === undefined) return emptyManifest
      if (version === this.#newest.version) return this.#newest
      const key = keyOf(version)
      const text = await this.#store.content(key)
      // Undefined: so many were committed since that this one is gone.
      if (text === undefined) continue
      this.#newest = await parsedManifest(text, `${this.#store.url}${key}`)
      return this.#newest
    }
  }

  /** An object can be made once only, which is what makes it a compare-and-set for all machines. */
  async commit(manifest: Manifest): Promise<void> {
    const { version } = manifest
    const before = await this.#named()
    // Old manifests are gone: their versions could be made again.
    if ((before.at(-1)?.version ?? 0) >= version) throw conflict(version)
    try {
      await this.#store.putOnce(keyOf(version), await manifestText(manifest))
    } catch (error) {
      throw error instanceof AlreadyThere ? conflict(version, error) : error
    }
    this.#newest = manifest
    // What stays for now goes after the next commit.
    await this.#forget(before).catch(() => undefined)
  }

  async #forget(named: readonly Named[]): Promise<void> {
    const latestMs = named.at(-1)?.object.modifiedMs ?? 0
    const old = named.slice(0, -kept).filter(({ object }) => object.modifiedMs < latestMs - this.#keptMs)
    await this.#store.remove(old.map(({ object }) => object.key))
  }

  async #named(): Promise<Named[]> {
    const { objects } = await this.#store.list(manifestsPrefix)
    return objects
      .flatMap((object) => {
        const version = versionOf(object.key.slice(manifestsPrefix.length))
        return version === undefined ? [] : [{ version, object }]
      })
      .sort((a, b) => a.version - b.version)
  }
}

const keyOf = (version: number) => `${manifestsPrefix}${manifestName(version)}`
