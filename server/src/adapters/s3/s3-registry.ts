import { manifestDigestName } from '../../models/manifest.ts'
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
import type { ObjectStore } from './object-store.ts'
import { AlreadyThere } from './s3-errors.ts'
import type { VersionCache } from './version-cache.ts'

/**
 * `<model>/<version>/` with the files of a version, and `channels/<model>/<revision>.json`: each choice is an object of its
 * own, which is there for ever. A version counts once its `manifest.sha256` is there. Fails as `ObjectStore` does.
 */
export class S3Registry implements Registry {
  readonly #store: ObjectStore
  readonly #cache: VersionCache

  constructor(store: ObjectStore, cache: VersionCache) {
    this.#store = store
    this.#cache = cache
  }

  async versions(model: string): Promise<readonly string[]> {
    if (!folderName.test(model)) return []
    const { objects } = await this.#store.list(`${model}/`)
    return objects.flatMap(({ key }) => {
      const [, version, file, ...more] = key.split('/')
      return file === manifestDigestName && more.length === 0 && folderName.test(version!) ? [version!] : []
    })
  }

  async folder(model: string, version: string): Promise<string> {
    await this.#mustHave(model, version)
    return this.#cache.whole(`${model}/${version}`)
  }

  async manifestFolder(model: string, version: string): Promise<string> {
    await this.#mustHave(model, version)
    return this.#cache.manifest(`${model}/${version}`)
  }

  async channel(model: string): Promise<Channel> {
    const newest = (await this.#revisions(model)).at(-1)
    return newest === undefined ? firstChannel : this.revision(model, newest)
  }

  async revision(model: string, revision: number): Promise<Channel> {
    const key = keyOf(model, revision)
    const text = (await this.#store.content(key))?.toString()
    if (text === undefined) throw unknownChoice(model, revision)
    return parsedChoice(text, `${this.#store.url}${key}`)
  }

  async point(model: string, next: Channel): Promise<void> {
    const newest = (await this.#revisions(model)).at(-1) ?? 0
    if (next.revision !== newest + 1) throw changedMeanwhile(model)
    try {
      await this.#store.putOnce(keyOf(model, next.revision), Buffer.from(choiceText(next)))
    } catch (error) {
      throw error instanceof AlreadyThere ? changedMeanwhile(model) : error
    }
  }

  async #mustHave(model: string, version: string): Promise<void> {
    if (!(await this.versions(model)).includes(version)) throw unknownVersion(model, version, this.#store.url)
  }

  async #revisions(model: string): Promise<number[]> {
    const prefix = choicesOf(model)
    const { objects } = await this.#store.list(prefix)
    return revisionsOf(objects.map(({ key }) => key.slice(prefix.length)))
  }
}

const choicesOf = (model: string) => `channels/${model}/`
const keyOf = (model: string, revision: number) => `${choicesOf(model)}${choiceName(revision)}`
