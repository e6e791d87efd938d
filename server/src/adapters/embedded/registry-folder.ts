import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { NotFound, Unavailable, VireoError } from '../../errors.ts'
import { type Channel, firstChannel, type Registry } from '../../ports/registry.ts'

const channel = z.strictObject({
  revision: z.int().min(1),
  version: z.string().min(1),
  changedMs: z.int().min(0),
  before: z.int().min(0),
})
const folderName = /^[A-Za-z0-9][\w.-]*$/
const channels = 'channels'
const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT'

/** `<folder>/<model>/<version>/`, and `<folder>/channels/<model>/<revision>.json`: each choice is a file of its own. */
export class RegistryFolder implements Registry {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async versions(model: string): Promise<readonly string[]> {
    if (!folderName.test(model)) return []
    const entries = await readdir(join(this.#folder, model), { withFileTypes: true }).catch((error: unknown) => {
      if (isMissing(error)) return []
      throw new Unavailable('REGISTRY_UNREADABLE', `The models in ${this.#folder} can't be read`, error)
    })
    return entries.filter((entry) => entry.isDirectory() && folderName.test(entry.name)).map(({ name }) => name)
  }

  async folder(model: string, version: string): Promise<string> {
    if ((await this.versions(model)).includes(version)) return join(this.#folder, model, version)
    throw new NotFound('MODEL_UNKNOWN', 'version', `There is no version '${version}' of ${model} in ${this.#folder}`)
  }

  async channel(model: string): Promise<Channel> {
    const newest = (await this.#revisions(model)).at(-1)
    return newest === undefined ? firstChannel : this.revision(model, newest)
  }

  async revision(model: string, revision: number): Promise<Channel> {
    const file = this.#file(model, revision)
    const content = await readFile(file, 'utf8').catch((error: unknown) => {
      if (isMissing(error)) throw new NotFound('MODEL_UNKNOWN', 'revision', `There is no choice ${revision} of ${model}`)
      throw new Unavailable('REGISTRY_UNREADABLE', `${file} can't be read`, error)
    })
    try {
      return channel.parse(JSON.parse(content))
    } catch (cause) {
      throw new Unavailable('REGISTRY_UNREADABLE', `${file} is damaged: remove it to go back to the choice before`, cause)
    }
  }

  /** A link can be made once only, which is what makes it a compare-and-set for all processes. */
  async point(model: string, next: Channel): Promise<void> {
    const newest = (await this.#revisions(model)).at(-1) ?? 0
    if (next.revision !== newest + 1) throw changed(model)
    await mkdir(join(this.#folder, channels, model), { recursive: true })
    const file = this.#file(model, next.revision)
    const aside = `${file}.${randomUUID()}.new`
    const handle = await open(aside, 'wx')
    try {
      await handle.writeFile(`${JSON.stringify(next)}\n`)
      await handle.sync()
      await link(aside, file)
    } catch (cause) {
      throw (cause as NodeJS.ErrnoException).code === 'EEXIST' ? changed(model) : cause
    } finally {
      await handle.close()
      await rm(aside, { force: true })
    }
  }

  async #revisions(model: string): Promise<number[]> {
    const names = await readdir(join(this.#folder, channels, model)).catch((error: unknown): string[] => {
      if (isMissing(error)) return []
      throw new Unavailable('REGISTRY_UNREADABLE', `The choices in ${this.#folder} can't be read`, error)
    })
    return names
      .flatMap((name) => /^(\d+)\.json$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b)
  }

  #file(model: string, revision: number): string {
    return join(this.#folder, channels, model, `${revision}.json`)
  }
}

const changed = (model: string) =>
  new VireoError({
    code: 'REGISTRY_CHANGED',
    fault: 'client',
    retryable: true,
    message: `Somebody else has just chosen a version of ${model}: look which, then try again`,
  })
