import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { Graph, Tensor } from './graph-runtime.ts'
import { type Ranker, sharedInputs } from './ranker.ts'

type Tensors = Readonly<Record<string, Tensor>>

/** A ranker that computes one request at a time, with the graph that `rankerContract` knows. */
export type OpenRanker = (t: TestContext, limits: { readonly maxWaiting: number }) => Promise<Ranker>

/** The graph that the ranker computes, without it, and requests for it; those of another seed are others. */
export interface GraphAlone {
  readonly graph: Graph
  request(videos: number, seed: number): Tensors
}

/** What every ranker promises. */
export function rankerContract(name: string, open: OpenRanker, { graph, request }: GraphAlone): void {
  const patient = () => AbortSignal.timeout(10_000)

  describe(`the ranker: ${name}`, () => {
    test('each of many requests at once gets what the graph alone gives for it, bit for bit', async (t) => {
      const ranker = await open(t, { maxWaiting: 20 })
      const requests = Array.from({ length: 20 }, (_, at) => request(1 + 7 * at, at))
      const answers = await Promise.all(requests.map((inputs) => ranker.rank(inputs, patient())))
      for (const [at, outputs] of answers.entries()) assert.deepEqual(outputs, await graph.run(requests[at]!))
    })

    test('shared memory stays as it was, and serves one request after the other', async (t) => {
      const ranker = await open(t, { maxWaiting: 1 })
      const memory = sharedInputs(graph.inputs, 50)
      for (const [seed, videos] of [50, 20, 50].entries()) {
        const inputs = request(videos, seed)
        const asked = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, written(input, memory[name]!)]))
        assert.deepEqual(await ranker.rank(asked, patient()), await graph.run(inputs))
        for (const [name, { values }] of Object.entries(asked)) assert.deepEqual([...values], [...inputs[name]!.values])
      }
    })

    test('who comes first is answered first', async (t) => {
      const ranker = await open(t, { maxWaiting: 4 })
      const order: number[] = []
      // The first is the largest.
      const requests = [400, 30, 20, 10].map((videos) => ranker.rank(request(videos, 0), patient()).then(() => order.push(videos)))
      await Promise.all(requests)
      assert.deepEqual(order, [400, 30, 20, 10])
    })

    test('one request too many is refused at once, and harms no other', async (t) => {
      const ranker = await open(t, { maxWaiting: 2 })
      const taken = [1, 2].map((seed) => ranker.rank(request(9, seed), patient()))
      assert.deepEqual([ranker.waiting, ranker.refusal?.code], [2, 'RANKER_BUSY'])
      await assert.rejects(ranker.rank(request(9, 3), patient()), { code: 'RANKER_BUSY' })
      assert.equal(ranker.waiting, 2)
      await Promise.all(taken)
      assert.deepEqual([ranker.waiting, ranker.refusal], [0, undefined])
      await ranker.rank(request(9, 3), patient())
    })

    test('who has stopped waiting makes room, and is told the reason of the signal', async (t) => {
      const ranker = await open(t, { maxWaiting: 2 })
      const first = ranker.rank(request(9, 1), patient())
      const stop = new AbortController()
      const second = ranker.rank(request(9, 2), stop.signal)
      stop.abort(new Error('too late'))
      assert.equal(ranker.waiting, 1)
      const third = ranker.rank(request(9, 3), patient())
      await assert.rejects(second, { message: 'too late' })
      await assert.rejects(ranker.rank(request(9, 4), stop.signal), { message: 'too late' })
      assert.deepEqual(await third, await graph.run(request(9, 3)))
      await first
    })

    test('a request that the graph does not take fails alone', async (t) => {
      const ranker = await open(t, { maxWaiting: 2 })
      const inputs = request(9, 1)
      const [, ...others] = Object.entries(inputs)
      const wrong = ranker.rank(Object.fromEntries(others), patient())
      const right = ranker.rank(inputs, patient())
      await assert.rejects(wrong, { code: 'GRAPH_FAILED' })
      assert.deepEqual(await right, await graph.run(inputs))
    })

    test('a ranker that is closed has finished what it was asked, and takes no more', async (t) => {
      const ranker = await open(t, { maxWaiting: 2 })
      const order: string[] = []
      const asked = [1, 2].map((seed) => ranker.rank(request(9, seed), patient()).then(() => order.push('answered')))
      const closing = ranker.close().then(() => order.push('closed'))
      await assert.rejects(ranker.rank(request(9, 3), patient()), { code: 'RANKER_CLOSED' })
      await closing
      assert.deepEqual(order, ['answered', 'answered', 'closed'])
      await Promise.all(asked)
      await assert.rejects(ranker.rank(request(9, 3), patient()), { code: 'RANKER_CLOSED' })
      await ranker.close()
    })
  })
}

/** A tensor in memory that was made for larger ones. */
function written(tensor: Tensor, memory: Tensor): Tensor {
  if (tensor.type === 'float32' && memory.type === 'float32') {
    memory.values.set(tensor.values)
    return { ...tensor, values: memory.values.subarray(0, tensor.values.length) }
  }
  if (tensor.type === 'int64' && memory.type === 'int64') {
    memory.values.set(tensor.values)
    return { ...tensor, values: memory.values.subarray(0, tensor.values.length) }
  }
  throw new TypeError('not of one type')
}
