import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { newFolder, serve, smallFolder, vireo } from './vireo.ts'

test('keys from end to end: made by the operator, used, limited by scope, revoked', async (t) => {
  const server = await serve(['--no-sample', '--import', smallFolder()])
  t.after(() => server.stop())
  const operator = (...args: string[]) => vireo(args, server.env)
  // Elsewhere there is no operator token.
  const elsewhere = { VIREO_GRPC_PORT: server.env.VIREO_GRPC_PORT!, VIREO_DATA_DIR: newFolder() }
  const app = async (key: string, ...args: string[]) => {
    const { code, err } = await vireo(args, { ...elsewhere, ...(key && { VIREO_KEY: key }) })
    return code === 0 ? 'done' : `${code} ${err.slice(0, err.indexOf(':'))}`
  }
  assert.equal(await app('', 'feed', 'ann'), 'done')

  const made = JSON.parse((await operator('key', 'create', '--name', 'app', '--scope', 'feed', '--json')).out)
  const tried = [app('', 'feed', 'ann'), app('vk_wrong', 'feed', 'ann'), app(made.secret, 'feed', 'ann'), app(made.secret, 'status')]
  assert.deepEqual(await Promise.all(tried), ['3 KEY_MISSING', '3 KEY_WRONG', 'done', '3 SCOPE_MISSING'])
  assert.equal((await operator('status')).code, 0)

  const file = join(newFolder(), 'key')
  writeFileSync(file, `${made.secret}\n`)
  assert.equal((await vireo(['feed', 'ann', '--key-file', file], elsewhere)).code, 0)
  assert.match((await operator('key', 'list')).out, new RegExp(`│ ${made.key.keyId} │ app +│ feed +│`))

  assert.equal((await operator('key', 'revoke', made.key.keyId)).code, 0)
  // That was the last key, without which a server on a loopback address is open again.
  assert.equal(await app('', 'feed', 'ann'), 'done')
})

test('where calls need a key, the lines to copy bring the operator token', async (t) => {
  const dataDir = join(newFolder(), 'data')
  await vireo(['key', 'create', '--name', 'ops', '--scope', 'admin'], { VIREO_DATA_DIR: dataDir })
  const server = await serve(['--no-sample', '--import', smallFolder()], dataDir)
  t.after(() => server.stop())
  assert.equal(server.said.match(/^curl -s -H "authorization: Bearer \$\(cat '.*operator\.token'\)"/gm)?.length, 3)
})
