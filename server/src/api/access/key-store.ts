import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import QuickLRU from 'quick-lru'
import { type Clock, systemClock } from '../../clock.ts'
import type { Config } from '../../config.ts'
import { InvalidInput, NotFound } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { inTurn } from './in-turn.ts'
import { KeyFile, type StoredKey } from './key-file.ts'
import { writePrivateFile } from './private-file.ts'
import type { ScopeName } from './scope.ts'
import { createSecret, fingerprint, hashSecret, keyIdOf, matches } from './secret.ts'

/** Who calls. */
export interface Caller {
  readonly keyId: string
  readonly scopes: readonly ScopeName[]
}

/** How soon a change by another process is in force. */
const recheckMs = 250

const operator: Caller = { keyId: 'operator', scopes: ['admin'] }

/** Where keys are kept. */
export interface KeyPlace {
  readonly dataDir: string
  /** The file of keys; empty for that of the data folder. */
  readonly keysFile?: string
}

/** Where the configuration says. */
export const keyPlace = ({ api, dataDir }: Pick<Config, 'api' | 'dataDir'>): KeyPlace => ({ dataDir, keysFile: api.keysFile })

/** The keys of a data folder, or of several servers. Secrets leave it once, at creation; only their hashes are kept. */
export class KeyStore {
  readonly #file: KeyFile
  readonly #clock: Clock
  readonly #dataDir: string
  readonly #log: Pick<Log, 'warn'> | undefined
  #operatorPrint: string | undefined
  readonly #verified = new QuickLRU<string, StoredKey>({ maxSize: 1_024 })
  readonly #verifying = new Map<string, Promise<StoredKey | undefined>>()
  /** Hashing is made to be slow: two threads of the pool at most, so that files are still read and written. */
  readonly #hashing = inTurn(2, 64)
  readonly #changing = inTurn(1, 64)
  #keys = new Map<string, StoredKey>()
  #checkedMs = Number.NEGATIVE_INFINITY

  /** Throws `KEYS_UNREADABLE`. */
  constructor({ dataDir, keysFile = '' }: KeyPlace, log?: Pick<Log, 'warn'>, clock: Clock = systemClock) {
    this.#dataDir = dataDir
    this.#file = new KeyFile(keysFile === '' ? join(dataDir, 'keys.json') : keysFile)
    this.#log = log
    this.#clock = clock
    this.#refresh()
  }

  /** Writes `operator.token`, with which commands on this machine act as admin, and forgets the one before. */
  async renewOperatorToken(): Promise<void> {
    const secret = `vo_${randomBytes(32).toString('base64url')}`
    await writePrivateFile(join(this.#dataDir, 'operator.token'), secret)
    this.#operatorPrint = fingerprint(secret)
  }

  list(): StoredKey[] {
    this.#refreshNowAndThen()
    return [...this.#keys.values()]
  }

  isEmpty(): boolean {
    this.#refreshNowAndThen()
    return this.#keys.size === 0
  }

  /** Throws `KEY_INVALID`. */
  async create(name: string, scopes: readonly ScopeName[]): Promise<{ key: StoredKey; secret: string }> {
    if (name === '' || name.length > 200) throw new InvalidInput('KEY_INVALID', 'name', 'A key needs a name of up to 200 characters.')
    if (scopes.length === 0) throw new InvalidInput('KEY_INVALID', 'scopes', 'A key needs at least one scope.')
    const { keyId, secret } = createSecret()
    const hashed = await this.#hashing(() => hashSecret(secret))
    const key = { keyId, name, scopes: [...new Set(scopes)], createdMs: this.#clock.now(), ...hashed }
    await this.#change(() => this.#keys.set(keyId, key))
    return { key, secret }
  }

  /** In force for every call that starts after it. Throws `KEY_UNKNOWN`. */
  async revoke(keyId: string): Promise<void> {
    await this.#change(() => {
      if (!this.#keys.delete(keyId)) throw new NotFound('KEY_UNKNOWN', 'key_id', `No key has the id ${JSON.stringify(keyId)}.`)
    })
  }

  /** At once for a secret that was seen before: only the first call of a key waits for its hash. */
  verify(secret: string): Caller | undefined | Promise<Caller | undefined> {
    this.#refreshNowAndThen()
    const print = fingerprint(secret)
    if (print === this.#operatorPrint) return operator
    return this.#verified.get(print) ?? this.#verifyOnce(secret, print)
  }

  #verifyOnce(secret: string, print: string): undefined | Promise<Caller | undefined> {
    const key = this.#keys.get(keyIdOf(secret) ?? '')
    if (key === undefined) return undefined
    let verifying = this.#verifying.get(print)
    if (verifying === undefined) {
      verifying = this.#hashing(() => matches(secret, key))
        .then((right) => {
          // It may have been revoked meanwhile.
          if (!right || this.#keys.get(key.keyId) !== key) return undefined
          this.#verified.set(print, key)
          return key
        })
        .finally(() => this.#verifying.delete(print))
      this.#verifying.set(print, verifying)
    }
    return verifying
  }

  async #change(apply: () => void): Promise<void> {
    await this.#changing(async () => {
      this.#refresh()
      const before = new Map(this.#keys)
      try {
        apply()
        await this.#file.write([...this.#keys.values()])
      } catch (error) {
        this.#keys = before
        throw error
      } finally {
        this.#verified.clear()
      }
    })
  }

  #refreshNowAndThen(): void {
    // A clock that was set back must not stop it.
    if (Math.abs(this.#clock.now() - this.#checkedMs) < recheckMs) return
    try {
      this.#refresh()
    } catch (err) {
      // A damaged file locks nobody out, and lets nobody in.
      this.#log?.warn({ err }, 'the keys that were read last stay in force')
    }
  }

  #refresh(): void {
    this.#checkedMs = this.#clock.now()
    const keys = this.#file.readIfChanged()
    if (keys === undefined) return
    this.#keys = new Map(keys.map((key) => [key.keyId, key]))
    this.#verified.clear()
  }
}
