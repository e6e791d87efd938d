import { workerData } from 'node:worker_threads'
import { serveGraph } from '../../server/src/adapters/embedded/graph-worker.ts'
import { onnxRuntime } from '../../server/src/adapters/embedded/onnx-runtime.ts'
import { type HangingStart, hanging, hangNext } from './hangs.ts'

// A thread that ranks, and hangs where it is told to: it blocks, as inside native code, until somebody else is to hang.
const { hangs } = workerData as HangingStart

await serveGraph({
  async open(file) {
    const graph = await onnxRuntime.open(file)
    return {
      inputs: graph.inputs,
      outputs: graph.outputs,
      run(inputs) {
        if (Atomics.compareExchange(hangs, 0, hangNext, hanging) === hangNext) Atomics.wait(hangs, 0, hanging)
        return graph.run(inputs)
      },
      close: () => graph.close(),
    }
  },
})
