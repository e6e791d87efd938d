import type { Graph } from '../../ports/graph-runtime.ts'
import { serveGraph } from './graph-worker.ts'
import type { Tensors } from './graph-worker-messages.ts'
import { onnxRuntime } from './onnx-runtime.ts'

// A thread that does what a request says by the names of its inputs: `hang` until the number there is no longer 0, `exit`,
// `crash`; or computes it. A graph whose file is called so hangs, too.
await serveGraph({
  async open(file) {
    if (file === 'hang') hang(new BigInt64Array(new SharedArrayBuffer(8)), 1_000)
    const graph = await onnxRuntime.open(file)
    return { inputs: graph.inputs, outputs: graph.outputs, run: (inputs) => misbehave(graph, inputs), close: () => graph.close() }
  },
})

async function misbehave(graph: Graph, inputs: Tensors): Promise<Tensors> {
  if (inputs.hang?.type === 'int64') hang(inputs.hang.values)
  if (inputs.exit) process.exit(1)
  if (inputs.crash)
    process.nextTick(() => {
      throw new Error('crash')
    })
  return graph.run(inputs)
}

function hang(until: BigInt64Array, atMostMs?: number): void {
  Atomics.wait(until, 0, 0n, atMostMs)
}
