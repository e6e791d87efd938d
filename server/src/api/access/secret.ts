import { hash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

const shape = /^vk_([0-9a-f]{12})_[\w-]{43}$/
/** Node's defaults, written down because stored hashes depend on them: 16 MiB, some 30 ms. */
const cost = { N: 16_384, r: 8, p: 1 }

export interface StoredHash {
  /** Both in base64url. */
  readonly salt: string
  readonly hash: string
}

export function createSecret(): { keyId: string; secret: string } {
  const keyId = randomBytes(6).toString('hex')
  return { keyId, secret: `vk_${keyId}_${randomBytes(32).toString('base64url')}` }
}

export const keyIdOf = (secret: string): string | undefined => shape.exec(secret)?.[1]

export async function hashSecret(secret: string): Promise<StoredHash> {
  const salt = randomBytes(16)
  return { salt: salt.toString('base64url'), hash: (await derive(secret, salt)).toString('base64url') }
}

export async function matches(secret: string, stored: StoredHash): Promise<boolean> {
  const derived = await derive(secret, Buffer.from(stored.salt, 'base64url'))
  const expected = Buffer.from(stored.hash, 'base64url')
  return derived.length === expected.length && timingSafeEqual(derived, expected)
}

/** What a secret is known by in memory. */
export const fingerprint = (secret: string): string => hash('sha256', secret, 'base64url')

function derive(secret: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, 32, cost, (error, key) => (error ? reject(error) : resolve(key)))
  })
}
