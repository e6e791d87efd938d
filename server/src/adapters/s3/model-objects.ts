import { createHash, type Hash } from 'node:crypto'
import { NotFound } from '../../errors.ts'
import type { ModelFiles } from '../../migration/side.ts'
import { inCopyOrder } from '../channel-text.ts'
import type { ObjectStore } from './object-store.ts'
import { putFile } from './put-file.ts'

/** The files of a registry that lies in an object store. Fails as `ObjectStore` does. */
export class ModelObjects implements ModelFiles {
  readonly #store: ObjectStore

  constructor(store: ObjectStore) {
    this.#store = store
  }

  async list(): Promise<readonly string[]> {
    return inCopyOrder((await this.#store.list('')).objects.map(({ key }) => key))
  }

  async digest(path: string): Promise<string | undefined> {
    let hash: Hash | undefined
    const begin = () => {
      hash = createHash('sha256')
    }
    const piece = (bytes: Uint8Array) => void hash!.update(bytes)
    return (await this.#store.read(path, { begin, piece })) ? hash!.digest('hex') : undefined
  }

  async fetch(path: string, into: string): Promise<void> {
    if (await this.#store.download(path, into)) return
    throw new NotFound('MODEL_UNKNOWN', 'model', `${this.#store.url}${path} is not there`)
  }

  async put(path: string, from: string): Promise<void> {
    await putFile(this.#store, from, path)
  }
}
