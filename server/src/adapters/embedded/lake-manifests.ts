import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { conflict, manifestName, manifestText, parsedManifest, versionOf } from '../../lake/manifest-text.ts'
import { emptyManifest, type Manifest } from '../../ports/lake.ts'

/** Manifests that stay beside the newest, to look back at; fewer of long ones. */
const kept = 20
const keptBytes = 2 ** 26
/** Also what a process has left that was stopped before its commit. */
const anyName = /^(\d{10})\.json/

/** The manifests of a folder, each a file with the version as its name; the newest counts. */
export class LakeManifests {
  readonly #folder: string
  /** The last that was read or committed: it never changes. */
  #newest: Manifest = emptyManifest

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async open(folder: string): Promise<LakeManifests> {
    await mkdir(folder, { recursive: true })
    return new LakeManifests(folder)
  }

  async newest(): Promise<Manifest> {
    for (;;) {
      const version = (await this.#versions()).at(-1)
      if (version === undefined) return emptyManifest
      if (version === this.#newest.version) return this.#newest
      const manifest = await this.#read(version)
      // Undefined: so many were committed since that this one is gone.
      if (manifest === undefined) continue
      this.#newest = manifest
      return manifest
    }
  }

  /** A link can be made once only, which is what makes it a compare-and-set for all processes. */
  async commit(manifest: Manifest): Promise<void> {
    const { version } = manifest
    // Old manifests are gone: their versions could be linked again.
    if (((await this.#versions()).at(-1) ?? 0) >= version) throw conflict(version)
    const path = this.#path(version)
    const aside = `${path}.${randomUUID()}.new`
    const text = await manifestText(manifest)
    await writeDurably(aside, text)
    try {
      await link(aside, path)
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
      throw conflict(version, cause)
    } finally {
      await rm(aside, { force: true })
    }
    await syncFolder(this.#folder)
    this.#newest = manifest
    await this.#forgetBefore(version - Math.min(kept, Math.ceil(keptBytes / text.length)))
  }

  async #forgetBefore(version: number): Promise<void> {
    for (const each of await readdir(this.#folder)) {
      if (Number(anyName.exec(each)?.[1] ?? version) < version) await rm(join(this.#folder, each), { force: true })
    }
  }

  async #versions(): Promise<number[]> {
    const names = await readdir(this.#folder)
    return names.flatMap((each) => versionOf(each) ?? []).sort((a, b) => a - b)
  }

  async #read(version: number): Promise<Manifest | undefined> {
    const path = this.#path(version)
    let text: Buffer
    try {
      text = await readFile(path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
    return parsedManifest(text, path)
  }

  #path(version: number): string {
    return join(this.#folder, manifestName(version))
  }
}

async function writeDurably(path: string, content: Uint8Array): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** What was created or renamed in a folder is there after a crash. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path)
  await folder.sync().finally(() => folder.close())
}
