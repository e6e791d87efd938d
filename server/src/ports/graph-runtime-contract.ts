import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { GraphRuntime, Tensor, TensorType } from './graph-runtime.ts'

/** A file with a graph, how its first input and output are, and inputs for it of so many videos. */
export interface GraphForTests {
  readonly file: string
  readonly input: TensorType
  readonly output: TensorType
  inputs(videos: number): Readonly<Record<string, Tensor>>
}

/** What every runtime promises. `notAGraph` is a file of something else. */
export function graphRuntimeContract(
  name: string,
  runtime: GraphRuntime,
  graphs: { readonly good: GraphForTests; readonly notAGraph: string },
): void {
  const { good } = graphs
  const opened = async (t: TestContext) => {
    const graph = await runtime.open(good.file)
    t.after(() => graph.close())
    return graph
  }

  describe(`the graph runtime: ${name}`, () => {
    test('a graph says what it takes and gives', async (t) => {
      const graph = await opened(t)
      assert.deepEqual(graph.inputs[0], good.input)
      assert.deepEqual(graph.outputs[0], good.output)
    })

    test('the same inputs give the same outputs, also at once, and each video those it gets alone', async (t) => {
      const graph = await opened(t)
      const [once, again] = await Promise.all([graph.run(good.inputs(9)), graph.run(good.inputs(9))])
      assert.deepEqual(once, again)
      const alone = await graph.run(good.inputs(1))
      for (const [output, { shape, values }] of Object.entries(alone)) {
        const among = once[output]!
        assert.deepEqual(among.shape, [9, ...shape.slice(1)])
        for (const [at, value] of values.entries()) assert.ok(Math.abs(Number(among.values[at]) - Number(value)) < 1e-6)
      }
    })

    test('a graph needs its own inputs as they should be, and reads no others', async (t) => {
      const graph = await opened(t)
      const inputs = good.inputs(2)
      const [first] = Object.keys(inputs) as [string]
      const { [first]: left, ...others } = inputs
      const narrow: Tensor = { type: 'float32', shape: [1, 1], values: new Float32Array(1) }
      for (const wrong of [others, { ...inputs, [first]: narrow }]) {
        await assert.rejects(graph.run(wrong), { code: 'GRAPH_FAILED' })
      }
      assert.deepEqual(await graph.run({ ...inputs, stranger: left! }), await graph.run(inputs))
    })

    test('what is no graph, or not there, is not opened', async () => {
      for (const file of [graphs.notAGraph, `${graphs.notAGraph}.missing`]) {
        await assert.rejects(runtime.open(file), { code: 'GRAPH_UNREADABLE' })
      }
    })

    test('a graph that is closed has finished what it was asked, and takes no more', async () => {
      const graph = await runtime.open(good.file)
      const underway = graph.run(good.inputs(3))
      await graph.close()
      await underway
      await assert.rejects(graph.run(good.inputs(3)), { code: 'GRAPH_CLOSED' })
      await graph.close()
    })
  })
}
