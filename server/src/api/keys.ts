import { InvalidInput } from '../errors.ts'
import type { CreateKeyRequest, CreateKeyResponse, Key, ListKeysResponse } from '../generated/vireo/v1/admin.ts'
import type { StoredKey } from './access/key-file.ts'
import type { KeyStore } from './access/key-store.ts'
import { scopeName, scopeNumber, scopes } from './access/scope.ts'

export async function keyCreated(keys: KeyStore, request: CreateKeyRequest): Promise<CreateKeyResponse> {
  const named = request.scopes.map((number) => {
    const name = scopeName(number)
    if (name === undefined) throw new InvalidInput('KEY_INVALID', 'scopes', `A scope is unknown; there are ${scopes.join(', ')}.`)
    return name
  })
  const { key, secret } = await keys.create(request.name, named)
  return { key: shown(key), secret }
}

export const keysListed = (keys: KeyStore): ListKeysResponse => ({ keys: keys.list().map(shown) })

const shown = (key: StoredKey): Key => ({
  keyId: key.keyId,
  name: key.name,
  scopes: key.scopes.map(scopeNumber),
  created: { seconds: BigInt(Math.floor(key.createdMs / 1_000)), nanos: (key.createdMs % 1_000) * 1_000_000 },
})
