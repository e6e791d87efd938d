import { join } from 'node:path'
import { type GraphForTests, graphRuntimeContract } from '../../ports/graph-runtime-contract.ts'
import { onnxRuntime } from './onnx-runtime.ts'

const folder = join(import.meta.dirname, '../../../../tests/artifacts/tiny/1')

for (const precision of ['fp32', 'fp16', 'int8']) {
  const good: GraphForTests = {
    file: join(folder, `video_tower.${precision}.onnx`),
    input: { name: 'ids', type: 'int64', shape: [undefined, 2] },
    output: { name: 'vectors', type: 'float32', shape: [undefined, 4] },
    inputs: (videos) => ({
      ids: { type: 'int64', shape: [videos, 2], values: BigInt64Array.from({ length: 2 * videos }, (_, at) => BigInt(at + 1)) },
    }),
  }
  graphRuntimeContract(`ONNX Runtime, ${precision}`, onnxRuntime, { good, notAGraph: join(folder, 'manifest.json') })
}
