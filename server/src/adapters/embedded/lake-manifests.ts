import { createHash, randomUUID } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Unavailable, VireoError } from '../../errors.ts'
import { emptyManifest, type Manifest } from '../../ports/lake.ts'

/** Of the form of a manifest. */
const format = 1
/** Manifests that stay beside the newest, to look back at. */
const kept = 20
const name = /^(\d{10})\.json$/
/** Also what a process has left that was stopped before its commit. */
const anyName = /^(\d{10})\.json/

/** The manifests of a folder, each a file with the version as its name; the newest counts. */
export class LakeManifests {
  readonly #folder: string

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
      const manifest = await this.#read(version)
      // Undefined: so many were committed since that this one is gone.
      if (manifest !== undefined) return manifest
    }
  }

  /** A link can be made once only, which is what makes it a compare-and-set for all processes. */
  async commit(manifest: Manifest): Promise<void> {
    const { version } = manifest
    // Old manifests are gone: their versions could be linked again.
    if (((await this.#versions()).at(-1) ?? 0) >= version) throw conflict(version)
    const path = this.#path(version)
    const aside = `${path}.${randomUUID()}.new`
    await writeDurably(aside, serialised(manifest))
    try {
      await link(aside, path)
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
      throw conflict(version, cause)
    } finally {
      await rm(aside, { force: true })
    }
    await syncFolder(this.#folder)
    await this.#forgetBefore(version - kept)
  }

  async #forgetBefore(version: number): Promise<void> {
    for (const each of await readdir(this.#folder)) {
      if (Number(anyName.exec(each)?.[1] ?? version) < version) await rm(join(this.#folder, each), { force: true })
    }
  }

  async #versions(): Promise<number[]> {
    const names = await readdir(this.#folder)
    return names.flatMap((each) => (name.test(each) ? [Number(name.exec(each)![1])] : [])).sort((a, b) => a - b)
  }

  async #read(version: number): Promise<Manifest | undefined> {
    const path = this.#path(version)
    let text: string
    try {
      text = await readFile(path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
    return parsed(text, path)
  }

  #path(version: number): string {
    return join(this.#folder, `${String(version).padStart(10, '0')}.json`)
  }
}

/** With a digest of itself: a damaged one is not to be believed. */
function serialised(manifest: Manifest): string {
  const content = JSON.stringify(manifest)
  return `{"format":${format},"sha256":"${digest(content)}","manifest":${content}}\n`
}

function parsed(text: string, path: string): Manifest {
  let found: { format: number; sha256: string; manifest: Manifest }
  try {
    found = JSON.parse(text)
  } catch (cause) {
    throw broken(path, cause)
  }
  if (found.format > format) {
    const message = `${path} was written by a newer Vireo (format ${found.format}, this one knows up to ${format})`
    throw new VireoError({ code: 'LAKE_TOO_NEW', message, fault: 'server', retryable: false })
  }
  if (digest(JSON.stringify(found.manifest) ?? '') !== found.sha256) throw broken(path)
  return found.manifest
}

function conflict(version: number, cause?: unknown): VireoError {
  const message = `another process has committed version ${version} of the lake`
  return new VireoError({ code: 'LAKE_CONFLICT', message, fault: 'server', retryable: true, cause })
}

function broken(path: string, cause?: unknown): Unavailable {
  return new Unavailable('LAKE_MANIFEST_BROKEN', `the manifest ${path} is damaged`, cause)
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

async function writeDurably(path: string, content: string): Promise<void> {
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
