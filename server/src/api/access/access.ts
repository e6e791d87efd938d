import { isIPv4 } from 'node:net'
import { VireoError } from '../../errors.ts'
import type { Caller, KeyStore } from './key-store.ts'
import { RateLimit } from './rate-limit.ts'
import type { ScopeName } from './scope.ts'

const refusal = (code: string, message: string, retryable = false) => new VireoError({ code, fault: 'client', retryable, message })
const keyMissing = refusal('KEY_MISSING', 'This needs a key: send `authorization: Bearer vk_…`.')
const keyWrong = refusal('KEY_WRONG', 'This key is unknown or was revoked. Ask for a new one.')
const rateLimited = refusal('RATE_LIMITED', 'Too many calls with this key. Wait a second, then send again.', true)

export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))

/** Who may call what. Without any keys a server on a loopback address is open; otherwise every call needs a key with the scope. */
export class Access {
  readonly #keys: KeyStore
  readonly #loopback: boolean
  readonly #rate: RateLimit

  /** Throws `ADMIN_KEY_MISSING` where an address that others reach has nobody who could administer it. */
  constructor(keys: KeyStore, host: string, ratePerKeyPerSecond: number) {
    this.#keys = keys
    this.#loopback = isLoopback(host)
    this.#rate = new RateLimit(ratePerKeyPerSecond)
    if (!this.#loopback && !keys.list().some((key) => key.scopes.includes('admin')))
      throw refusal(
        'ADMIN_KEY_MISSING',
        `Listening on ${host} needs a key with the scope admin. Start on 127.0.0.1, create one (POST /v1/admin/keys), then listen here.`,
      )
  }

  get onLoopback(): boolean {
    return this.#loopback
  }

  /** Whether calls need no key. */
  isOpen(): boolean {
    return this.#loopback && this.#keys.isEmpty()
  }

  /**
   * Lets a call in, or throws `KEY_MISSING`, `KEY_WRONG`, `SCOPE_MISSING` or `RATE_LIMITED`; `authorization` is the header's value.
   * Gives the id of the key, empty where none is needed; only the first call of a key gives a promise.
   */
  admit(authorization: string | undefined, scope: ScopeName): string | Promise<string> {
    if (this.isOpen()) return ''
    const secret = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
    if (secret === undefined) throw keyMissing
    const caller = this.#keys.verify(secret)
    if (caller instanceof Promise) return caller.then((known) => this.#check(known, scope))
    return this.#check(caller, scope)
  }

  #check(caller: Caller | undefined, scope: ScopeName): string {
    if (caller === undefined) throw keyWrong
    if (!caller.scopes.includes(scope) && !caller.scopes.includes('admin'))
      throw refusal('SCOPE_MISSING', `This needs a key with the scope ${scope}.`)
    if (!this.#rate.take(caller.keyId, performance.now())) throw rateLimited
    return caller.keyId
  }
}
