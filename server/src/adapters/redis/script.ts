import { createHash } from 'node:crypto'
import type { Cluster, Redis } from 'ioredis'

/** A script that a server runs as one step, sent by its hash: in full only to a server that does not know it. */
export class Script {
  readonly #text: string
  readonly #hash: string

  constructor(text: string) {
    this.#text = text
    this.#hash = createHash('sha1').update(text).digest('hex')
  }

  /** All keys lie on one node. */
  async run(client: Redis | Cluster, keys: readonly (string | Buffer)[], args: readonly (string | Buffer | number)[]): Promise<unknown> {
    try {
      return await client.evalsha(this.#hash, keys.length, ...keys, ...args)
    } catch (error) {
      if (!(error as Error).message.startsWith('NOSCRIPT')) throw error
      return client.eval(this.#text, keys.length, ...keys, ...args)
    }
  }
}
