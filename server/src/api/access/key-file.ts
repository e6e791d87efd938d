import { readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import { VireoError } from '../../errors.ts'
import { writePrivateFile } from './private-file.ts'
import { scopes } from './scope.ts'

const storedKey = z.strictObject({
  keyId: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(scopes)),
  createdMs: z.number(),
  salt: z.string(),
  hash: z.string(),
})
const content = z.strictObject({ version: z.literal(1), keys: z.array(storedKey) })

export type StoredKey = Readonly<z.infer<typeof storedKey>>

/** The keys on disk, which other processes may change at any time. */
export class KeyFile {
  readonly #path: string
  #read = ''

  constructor(path: string) {
    this.#path = path
  }

  /** The keys, or undefined when the file is the one that was read last. Throws `KEYS_UNREADABLE`. */
  readIfChanged(): StoredKey[] | undefined {
    // Every write is a rename, so a changed file is another inode.
    const found = statSync(this.#path, { throwIfNoEntry: false, bigint: true })
    const state = found ? `${found.ino}:${found.mtimeNs}:${found.size}` : 'none'
    if (state === this.#read) return undefined
    // A damaged file is told of once, not at every look.
    this.#read = state
    return found ? this.#parse() : []
  }

  async write(keys: readonly StoredKey[]): Promise<void> {
    await writePrivateFile(this.#path, `${JSON.stringify({ version: 1, keys }, null, 2)}\n`)
  }

  #parse(): StoredKey[] {
    try {
      return content.parse(JSON.parse(readFileSync(this.#path, 'utf8'))).keys
    } catch (cause) {
      const message = `${this.#path} can't be read as keys. Restore it, or remove it and create new keys.`
      throw new VireoError({ code: 'KEYS_UNREADABLE', fault: 'server', retryable: true, message, cause })
    }
  }
}
