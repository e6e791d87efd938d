import { randomUUID } from 'node:crypto'
import type { ObjectStore } from './object-store.ts'

export const pinsPrefix = 'pins/'
const name = /^pins\/(\d+)-[\w-]+$/

/** Readers of a lake on any machine, each an object that says which version is read, written anew while it is. Only the store's clock counts. */
export class S3Pins {
  readonly #store: ObjectStore
  readonly #leaseMs: number

  constructor(store: ObjectStore, leaseMs: number) {
    this.#store = store
    this.#leaseMs = leaseMs
  }

  /** Resolves with what ends the pin. */
  async add(version: number): Promise<() => Promise<void>> {
    const key = `${pinsPrefix}${version}-${randomUUID()}`
    const write = () => this.#store.put(key, new Uint8Array())
    let writing = write()
    await writing
    const renewal = setInterval(() => {
      // One that fails is tried again before the lease has ended.
      writing = write().catch(() => undefined)
    }, this.#leaseMs / 3)
    renewal.unref()
    return async () => {
      clearInterval(renewal)
      await writing
      // Where this fails, the lease ends it.
      await this.#store.remove([key]).catch(() => undefined)
    }
  }

  /** Forgets readers that have been silent for longer than their lease: their process has died. */
  async oldest(): Promise<number | undefined> {
    const { atMs, objects } = await this.#store.list(pinsPrefix)
    const pins = objects.filter(({ key }) => name.test(key))
    const isDead = ({ modifiedMs }: (typeof pins)[number]) => modifiedMs + this.#leaseMs < atMs
    await this.#store.remove(pins.filter(isDead).map(({ key }) => key))
    const versions = pins.filter((pin) => !isDead(pin)).map(({ key }) => Number(name.exec(key)![1]))
    return versions.length === 0 ? undefined : Math.min(...versions)
  }
}
