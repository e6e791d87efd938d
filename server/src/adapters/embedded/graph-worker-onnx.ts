import { serveGraph } from './graph-worker.ts'
import { onnxRuntime } from './onnx-runtime.ts'

await serveGraph(onnxRuntime)
