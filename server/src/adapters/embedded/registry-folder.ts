import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Unavailable } from '../../errors.ts'
import { type Channel, firstChannel, type Registry } from '../../ports/registry.ts'
import {
  changedMeanwhile,
  choiceName,
  choiceText,
  folderName,
  parsedChoice,
  revisionsOf,
  unknownChoice,
  unknownVersion,
} from '../channel-text.ts'

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
    throw unknownVersion(model, version, this.#folder)
  }

  manifestFolder(model: string, version: string): Promise<string> {
    return this.folder(model, version)
  }

  async channel(model: string): Promise<Channel> {
    const newest = (await this.#revisions(model)).at(-1)
    return newest === undefined ? firstChannel : this.revision(model, newest)
  }

  async revision(model: string, revision: number): Promise<Channel> {
    const file = this.#file(model, revision)
    const content = await readFile(file, 'utf8').catch((error: unknown) => {
      if (isMissing(error)) throw unknownChoice(model, revision)
      throw new Unavailable('REGISTRY_UNREADABLE', `${file} can't be read`, error)
    })
    return parsedChoice(content, file)
  }

  /** A link can be made once only, which is what makes it a compare-and-set for all processes. */
  async point(model: string, next: Channel): Promise<void> {
    const newest = (await this.#revisions(model)).at(-1) ?? 0
    if (next.revision !== newest + 1) throw changedMeanwhile(model)
    await mkdir(join(this.#folder, channels, model), { recursive: true })
    const file = this.#file(model, next.revision)
    const aside = `${file}.${randomUUID()}.new`
    const handle = await open(aside, 'wx')
    try {
      await handle.writeFile(choiceText(next))
      await handle.sync()
      await link(aside, file)
    } catch (cause) {
      throw (cause as NodeJS.ErrnoException).code === 'EEXIST' ? changedMeanwhile(model) : cause
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
    return revisionsOf(names)
  }

  #file(model: string, revision: number): string {
    return join(this.#folder, channels, model, choiceName(revision))
  }
}
