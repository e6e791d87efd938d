import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { isAlive, type Pid } from './processes.ts'

const execute = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'vireo-engines-'))
const env = { ...process.env, ENGINES_DIR: folder, NODE_NO_WARNINGS: '1' }
after(async () => {
  await command('stop')
  rmSync(folder, { recursive: true })
})

interface Status {
  readonly name: string
  readonly standing: string
  readonly addresses: Readonly<Record<string, string>>
  readonly credentials: Readonly<Record<string, string>>
  readonly processes: readonly Pid[]
}

test('an engine is started once, found by its state file, and gone when it was stopped', async () => {
  await command('start', 'redis')
  const first = await statusOf('redis')
  assert.equal(first.standing, 'running')
  assert.match(first.addresses.redis!, /^127\.0\.0\.1:\d+$/)
  assert.equal(await redis(first, 'SET', 'key', 'value'), 'OK')
  await command('start', 'redis')
  assert.deepEqual(await statusOf('redis'), first)
  await command('stop', 'redis')
  assert.equal((await statusOf('redis')).standing, 'stopped')
  assert.ok(!isAlive(first.processes[0]!))
})

test('an engine that has crashed is told of, and started anew', async () => {
  await command('start', 'redis')
  const { processes } = await statusOf('redis')
  process.kill(processes[0]!.pid, 'SIGKILL')
  await until(async () => (await statusOf('redis')).standing === 'crashed')
  const { stderr } = await command('start', 'redis')
  assert.match(stderr, /redis has crashed/)
  assert.equal((await statusOf('redis')).standing, 'running')
})

test('two that start the same engine at the same time get the same one', async () => {
  await command('stop', 'redis')
  await Promise.all([command('start', 'redis'), command('start', 'redis')])
  assert.equal((await statusOf('redis')).processes.length, 1)
})

test('a cluster of three takes writes on all its slots, and does without the one that was killed until it is back', async () => {
  const script = `
    import { startRedisCluster } from ${JSON.stringify(join(import.meta.dirname, 'for-tests.ts'))}
    await using cluster = await startRedisCluster()
    await cluster.kill('node2')
    console.log(cluster.processes.map(({ name }) => name).join())
    await cluster.restart()
    console.log('whole again')`
  const { stdout } = await execute(process.execPath, ['--input-type=module', '--eval', script], { env })
  assert.deepEqual(stdout.trim().split('\n'), ['node1,node2,node3', 'whole again'])
  assert.deepEqual(readdirSync(join(folder, 'own')), [])
})

test('an engine of a process that was killed is ended by the next', async () => {
  const script = `
    import { startRedis } from ${JSON.stringify(join(import.meta.dirname, 'for-tests.ts'))}
    const redis = await startRedis()
    console.log(JSON.stringify(redis.processes[0]))
    setInterval(() => {}, 1_000)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const { value = '' } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()
  const pid: Pid = JSON.parse(value)
  child.kill('SIGKILL')
  assert.ok(isAlive(pid))
  const { stdout } = await command('stop', 'redis')
  assert.match(stdout, /1 processes that tests had left behind/)
  assert.ok(!isAlive(pid))
})

test('where a program is missing it is said which, and how to get it', async () => {
  const nowhere = { ...env, PATH: dirname(process.execPath), JAVA_HOME: undefined, ENGINES_DIR: join(folder, 'empty') }
  for (const [engine, message] of [
    ['redis', /Redis needs redis-server in the PATH.*apt-get install redis-server/],
    ['kafka', /Kafka needs Java 17 or newer.*JAVA_HOME/],
    ['s3', /The S3 gateway needs go in the PATH.*Install Go/],
  ] as const) {
    await assert.rejects(execute(process.execPath, [join(import.meta.dirname, 'main.ts'), 'start', engine], { env: nowhere }), message)
  }
})

function command(...args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return execute(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], { env })
}

async function statusOf(name: string): Promise<Status> {
  const { stdout } = await command('status', name, '--json')
  return JSON.parse(stdout)[0]
}

async function redis({ addresses, credentials }: Status, ...args: readonly string[]): Promise<string> {
  const [host, port] = addresses.redis!.split(':') as [string, string]
  const login = ['-h', host, '-p', port, '-a', credentials.password!, '--no-auth-warning']
  return (await execute('redis-cli', [...login, ...args])).stdout.trim()
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const limit = AbortSignal.timeout(30_000); !(await isSo()); ) limit.throwIfAborted()
}
