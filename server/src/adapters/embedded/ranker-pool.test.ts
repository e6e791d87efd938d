import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { copyFile, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { type TestContext, test } from 'node:test'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import type { VireoError } from '../../errors.ts'
import { sharedInputs } from '../../ports/ranker.ts'
import { rankerContract } from '../../ports/ranker-contract.ts'
import { seededRandom } from '../../random.ts'
import type { Tensors } from './graph-worker-messages.ts'
import { onnxRuntime } from './onnx-runtime.ts'
import { openRankerPool, type RankerPool, type RankerPoolOptions } from './ranker-pool.ts'

const file = join(import.meta.dirname, '../../../../tests/artifacts/tiny/1/ranker.int8.onnx')
const hungMs = 300
const patient = () => AbortSignal.timeout(10_000)

/** Of the tiny model. */
function inputs(videos: number, seed = 1): Tensors {
  const random = seededRandom(seed, 2, 3, 4)
  const floats = (count: number) => Float32Array.from({ length: count }, () => random() * 9)
  return {
    item_values: { type: 'float32', shape: [videos, 266], values: floats(266 * videos) },
    person_values: { type: 'float32', shape: [1, 91], values: floats(91) },
    surface: { type: 'int64', shape: [1], values: BigInt64Array.of(1n) },
    ids: { type: 'int64', shape: [videos, 2], values: new BigInt64Array(2 * videos) },
  }
}

const tiny = await onnxRuntime.open(file)
rankerContract('threads', (t, limits) => opened(t, limits), { graph: tiny, request: inputs })

test('a ranker opens what is a graph, and nothing else', async () => {
  const options = { workers: 2, maxWaiting: 8, hungMs, script: new URL('./graph-worker-for-tests.ts', import.meta.url) }
  await assert.rejects(openRankerPool({ ...options, file: import.meta.filename }), { code: 'GRAPH_UNREADABLE' })
  await assert.rejects(openRankerPool({ ...options, file: 'hang', openMs: 300 }), { code: 'RANKER_HUNG' })
})

test('while one thread hangs the other answers, and another takes its place', async (t) => {
  const ranker = await opened(t, { workers: 2 })
  const { fault, release } = hang(t)
  const hung = assert.rejects(ranker.rank(fault, patient()), { code: 'RANKER_HUNG' })
  for (let seed = 0; seed < 5; seed++) assert.deepEqual(await ranker.rank(inputs(5, seed), patient()), await tiny.run(inputs(5, seed)))
  assert.equal(ranker.waiting, 1, 'still hangs')
  await hung
  assert.deepEqual([ranker.lost, ranker.losses], [1, ['RANKER_HUNG']])
  const second = hang(t)
  // Now the one that was left hangs: who answers is the new one.
  await assert.rejects(ranker.rank(second.fault, patient()), { code: 'RANKER_HUNG' })
  assert.deepEqual(await served(ranker), await tiny.run(inputs(5)))
  release()
  second.release()
  await until(() => ranker.lost === 0)
})

test('once it is known how long requests take, nobody waits for a thread that takes far longer, and it is replaced the sooner', async (t) => {
  const ranker = await opened(t, { workers: 1, hungMs: 8_000 })
  for (let seed = 0; seed < 40; seed++) await ranker.rank(inputs(5, seed), patient())
  const { fault, release } = hang(t)
  const startedMs = performance.now()
  const hung = assert.rejects(ranker.rank(fault, patient()), { code: 'RANKER_HUNG' })
  await assert.rejects(ranker.rank(inputs(5), patient()), { code: 'RANKER_UNAVAILABLE' })
  await assert.rejects(ranker.rank(inputs(5), patient()), { code: 'RANKER_UNAVAILABLE' })
  assert.deepEqual(ranker.losses, [], 'it might come back')
  await hung
  assert.ok(performance.now() - startedMs < 8_000)
  assert.deepEqual(await served(ranker), await tiny.run(inputs(5)))
  release()
})

test('nobody waits for a thread that is at a request for longer than anybody waits, also before it is known how long requests take', async (t) => {
  const ranker = await opened(t, { workers: 1, hungMs: 8_000, lateMs: 100 })
  const { fault, release } = hang(t)
  await assert.rejects(ranker.rank(fault, patient()), { code: 'RANKER_HUNG' })
  assert.deepEqual([ranker.refusal?.code, ranker.losses], ['RANKER_UNAVAILABLE', []])
  release()
  assert.deepEqual(await served(ranker), await tiny.run(inputs(5)))
})

test('a thread that was slow for once serves again', async (t) => {
  const ranker = await opened(t, { workers: 1, hungMs: 8_000 })
  for (let seed = 0; seed < 40; seed++) await ranker.rank(inputs(5, seed), patient())
  const { fault, release } = hang(t)
  const slow = assert.rejects(ranker.rank(fault, patient()), { code: 'RANKER_HUNG' })
  await assert.rejects(ranker.rank(inputs(5), patient()), { code: 'RANKER_UNAVAILABLE' })
  await slow
  release()
  assert.deepEqual(await served(ranker), await tiny.run(inputs(5)))
  assert.deepEqual(ranker.losses, [])
})

test('with too many threads that hang none is started, until one has come back', async (t) => {
  const ranker = await opened(t, { workers: 1, maxLost: 1 })
  const { fault, release } = hang(t)
  const hung = assert.rejects(ranker.rank(fault, patient()), { code: 'RANKER_HUNG' })
  const behind = assert.rejects(ranker.rank(inputs(5), patient()), { code: 'RANKER_UNAVAILABLE' })
  await Promise.all([hung, behind])
  // Longer than it takes to start one.
  await sleep(700)
  await assert.rejects(ranker.rank(inputs(5), patient()), { code: 'RANKER_UNAVAILABLE' })
  release()
  assert.deepEqual(await served(ranker), await tiny.run(inputs(5)))
})

for (const fault of ['exit', 'crash']) {
  test(`a thread that dies (${fault}) fails what it had, and another takes its place`, async (t) => {
    const ranker = await opened(t, { workers: 1 })
    const { surface } = inputs(1)
    await assert.rejects(ranker.rank({ ...inputs(5), [fault]: surface! }, patient()), { code: 'RANKER_UNAVAILABLE' })
    assert.deepEqual(await served(ranker), await tiny.run(inputs(5)))
    assert.deepEqual(ranker.losses, ['RANKER_UNAVAILABLE'])
  })
}

test('a thread that can not be replaced is tried again ever more slowly, until it can', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vireo-ranker-'))
  t.after(() => rm(folder, { recursive: true }))
  const [graph, away] = [join(folder, 'graph.onnx'), join(folder, 'away.onnx')]
  await copyFile(file, graph)
  const ranker = await opened(t, { workers: 1, file: graph })
  await rename(graph, away)
  const { surface } = inputs(1)
  await assert.rejects(ranker.rank({ exit: surface! }, patient()), { code: 'RANKER_UNAVAILABLE' })
  await until(() => ranker.losses.length >= 3)
  const startedMs = performance.now()
  await until(() => ranker.losses.length >= 4)
  assert.ok(performance.now() - startedMs >= 350, 'after 100 and 200 ms it pauses for 400')
  assert.deepEqual(new Set(ranker.losses.slice(1)), new Set(['GRAPH_UNREADABLE']))
  await rename(away, graph)
  assert.deepEqual(await served(ranker), await tiny.run(inputs(5)))
})

test('what nobody waits for any more is not computed', async (t) => {
  const ranker = await opened(t, { workers: 1 })
  const stop = new AbortController()
  const first = ranker.rank(inputs(5), stop.signal)
  const second = ranker.rank(inputs(5), stop.signal)
  const third = ranker.rank(inputs(5), patient())
  stop.abort()
  await Promise.all([assert.rejects(first), assert.rejects(second), third])
  assert.deepEqual([ranker.waitedMs.length, ranker.computedMs.length], [2, 2], 'the first had begun')
})

test('a thread is not taken for hung where it was the owner that stood still', async (t) => {
  const ranker = await opened(t, { workers: 1 })
  // From here on, timers that are due come before any answer.
  await setImmediate()
  const answer = ranker.rank(inputs(5), patient())
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, hungMs + 100)
  assert.deepEqual(await answer, await tiny.run(inputs(5)))
})

test('closing does not wait for what hangs', async (t) => {
  const ranker = await opened(t, { workers: 2 })
  const { fault } = hang(t)
  const hung = assert.rejects(ranker.rank(fault, patient()), { code: 'RANKER_HUNG' })
  await ranker.close()
  await hung
  assert.equal(ranker.lost, 1)
})

test('the event loop goes on while a request is computed', async (t) => {
  const [model] = globSync(join(import.meta.dirname, '../../../../models/feed/*/ranker.int8.onnx')) as [string]
  const ranker = await opened(t, { file: model, hungMs: 10_000 })
  const graph = await onnxRuntime.open(model)
  await graph.close()
  const large = sharedInputs(graph.inputs, 10_000)
  const pausesMs: number[] = []
  for (let request = 0; request < 5; request++) {
    const loop = monitorEventLoopDelay({ resolution: 1 })
    loop.enable()
    await ranker.rank(large, patient())
    loop.disable()
    pausesMs.push(loop.max / 1e6)
  }
  const free = pausesMs.filter((pauseMs, request) => pauseMs < ranker.computedMs[request]! / 3)
  // Where the machine is busy with others, too, some are longer.
  assert.ok(free.length > 0, `pauses of ${pausesMs} ms while it computed for ${ranker.computedMs} ms`)
})

/** A pool with what its meter was told. */
interface Metered extends RankerPool {
  readonly waitedMs: readonly number[]
  readonly computedMs: readonly number[]
  readonly losses: readonly string[]
}

async function opened(t: TestContext, options: Partial<RankerPoolOptions>): Promise<Metered> {
  const waitedMs: number[] = []
  const computedMs: number[] = []
  const losses: string[] = []
  const ranker = await openRankerPool({
    file,
    workers: 1,
    maxWaiting: 8,
    hungMs,
    warmUpVideos: 10,
    script: new URL('./graph-worker-for-tests.ts', import.meta.url),
    meter: {
      waited: (ms) => waitedMs.push(ms),
      computed: (ms) => computedMs.push(ms),
      lost: ({ code }: VireoError) => losses.push(code),
    },
    ...options,
  })
  t.after(() => ranker.close())
  return Object.assign(ranker, { waitedMs, computedMs, losses })
}

/** A request at which a thread hangs until `release`, or the end of the test. */
function hang(t: TestContext): { fault: Tensors; release: () => void } {
  const values = new BigInt64Array(new SharedArrayBuffer(8))
  const release = () => {
    values[0] = 1n
    Atomics.notify(values, 0)
  }
  t.after(release)
  return { fault: { ...inputs(5), hang: { type: 'int64', shape: [1], values } }, release }
}

/** What the ranker answers as soon as a thread is there. */
async function served(ranker: RankerPool): Promise<Tensors> {
  for (;;) {
    const answer = await ranker.rank(inputs(5), patient()).catch((error: VireoError) => error)
    if (!(answer instanceof Error)) return answer
    assert.equal(answer.code, 'RANKER_UNAVAILABLE')
    await sleep(10)
  }
}

async function until(holds: () => boolean): Promise<void> {
  const signal = patient()
  while (!holds()) await sleep(5, undefined, { signal })
}
