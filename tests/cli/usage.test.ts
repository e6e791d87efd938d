import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { newFolder, vireo } from './vireo.ts'

const commands = ['start', 'import', 'feed', 'explain', 'video add', 'video show', 'video remove', 'video take-down', 'video restore']
const others = ['key create', 'key list', 'key revoke', 'status']

const inParallel = (all: readonly (readonly string[])[]) => Promise.all(all.map(async (args) => ({ args, ...(await vireo(args)) })))

test('every command has help with examples', async () => {
  const whole = await vireo(['--help'])
  assert.equal(whole.code, 0)
  assert.match(whole.out, /Exit codes:/)
  const helps = await inParallel([...commands, ...others].map((command) => [...command.split(' '), '--help']))
  for (const { args, code, out } of helps) {
    assert.ok(whole.out.includes(`\n  ${args[0]}`), args[0])
    assert.deepEqual([args, code, /Examples:\n {2}vireo /.test(out)], [args, 0, true])
  }
})

test('wrong usage ends with 2 and says what would be right', async () => {
  const expected = [
    [['feed'], /missing required argument 'person'/],
    [['feed', 'ann', '--count', '51'], /whole number, 1 to 50/],
    [['shine'], /unknown command 'shine'/],
    [['key', 'create', '--name', 'app', '--scope', 'all'], /there are feed, events, catalog, admin/],
    [['video', 'add'], /give the id of a video, or --file/],
    [['video', 'remove', 'v1'], /--yes/],
    [['feed', 'ann', '--key-file', '/none'], /USAGE_WRONG: The key file can't be read/],
  ] as const
  const ended = await inParallel(expected.map(([args]) => args))
  for (const [at, { code, out, err }] of ended.entries()) {
    assert.deepEqual([code, out], [2, ''])
    assert.match(err, expected[at]![1])
  }
  const setting = await vireo(['status'], { VIREO_HTTP_PROT: '1' })
  assert.equal(setting.code, 2)
  assert.match(setting.err, /^CONFIG_WRONG: VIREO_HTTP_PROT is not a setting; did you mean VIREO_HTTP_PORT/)
})

test('without a server, commands that need one end with 4 and say how to start it', async () => {
  const needing = [
    ['feed', 'ann'],
    ['explain', 'ann', 'v1'],
    ['video', 'show', 'v1'],
    ['status'],
    ['key', 'list', '--server', '127.0.0.1:1'],
  ]
  for (const { code, out, err } of await inParallel(needing)) {
    assert.deepEqual([code, out], [4, ''])
    assert.match(err, /^SERVER_UNREACHABLE: No server answers at 127\.0\.0\.1:1\. Start one with `npm start`.*\n$/)
  }
})

test('the launcher passes arguments, output and exit codes through', async () => {
  const launcher = ['node', join(import.meta.dirname, '../../bin/vireo.mjs')]
  assert.match((await vireo(['--version'], {}, launcher)).out, /^\d+\.\d+\.\d+\n$/)
  assert.equal((await vireo(['feed'], {}, launcher)).code, 2)
})

test('keys are kept without a server, and the secret is printed once', async () => {
  const env = { VIREO_DATA_DIR: join(newFolder(), 'data') }
  const { code, out, err } = await vireo(['key', 'create', '--name', 'app', '--scope', 'feed', '--scope', 'events'], env)
  assert.equal(code, 0)
  const [, keyId = ''] = /^vk_([0-9a-f]{12})_[\w-]{43}\n$/.exec(out)!
  assert.match(err, /app \(feed, events\)/)
  const list = JSON.parse((await vireo(['key', 'list', '--json'], env)).out)
  assert.partialDeepStrictEqual(list, { keys: [{ keyId, name: 'app', scopes: ['SCOPE_FEED', 'SCOPE_EVENTS'] }] })
  assert.equal((await vireo(['key', 'revoke', keyId], env)).code, 0)
  assert.equal((await vireo(['key', 'revoke', keyId], env)).code, 3)
})
