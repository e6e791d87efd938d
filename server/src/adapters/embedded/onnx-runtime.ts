import type { InferenceSession, Tensor as OnnxTensor, OnnxValue } from 'onnxruntime-node'
import { Unavailable, VireoError } from '../../errors.ts'
import type { Graph, GraphRuntime, Tensor, TensorType } from '../../ports/graph-runtime.ts'

const options: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  // A server has a worker a core: threads inside would wait for each other, and sum in an order of their own.
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  // Errors are thrown; what it only remarks on is for who makes the graph.
  logSeverityLevel: 3,
}

/** ONNX Runtime on the processor. It computes on the thread that calls it, which does nothing else meanwhile. */
export const onnxRuntime: GraphRuntime = {
  async open(file) {
    // 45 MB of native code, which most commands never need.
    const onnx = await import('onnxruntime-node')
    try {
      const session = await onnx.InferenceSession.create(file, options)
      return new OnnxGraph(session, onnx.Tensor)
    } catch (cause) {
      throw failure('GRAPH_UNREADABLE', `${file} can't be opened`, cause)
    }
  },
}

class OnnxGraph implements Graph {
  readonly inputs: readonly TensorType[]
  readonly outputs: readonly TensorType[]
  readonly #session: InferenceSession
  readonly #tensor: typeof OnnxTensor
  readonly #running = new Set<Promise<unknown>>()
  #closing: Promise<void> | undefined

  constructor(session: InferenceSession, tensor: typeof OnnxTensor) {
    this.#session = session
    this.#tensor = tensor
    this.inputs = session.inputMetadata.map(typeOf)
    this.outputs = session.outputMetadata.map(typeOf)
  }

  async run(inputs: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
    if (this.#closing !== undefined) throw new Unavailable('GRAPH_CLOSED', 'the graph is closed')
    const running = this.#compute(inputs)
    this.#running.add(running)
    try {
      return await running
    } finally {
      this.#running.delete(running)
    }
  }

  close(): Promise<void> {
    this.#closing ??= Promise.allSettled(this.#running).then(() => this.#session.release())
    return this.#closing
  }

  async #compute(inputs: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
    try {
      const found = await this.#session.run(Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, this.#toOnnx(input)])))
      return Object.fromEntries(Object.entries(found).map(([name, value]) => [name, fromOnnx(name, value)]))
    } catch (cause) {
      throw failure('GRAPH_FAILED', `the graph can't be computed`, cause)
    }
  }

  #toOnnx(input: Tensor): OnnxTensor {
    return input.type === 'float32'
      ? new this.#tensor('float32', input.values, input.shape)
      : new this.#tensor('int64', input.values, input.shape)
  }
}

function fromOnnx(name: string, value: OnnxValue): Tensor {
  if ('data' in value && value.data instanceof Float32Array) return { type: 'float32', shape: value.dims, values: value.data }
  if ('data' in value && value.data instanceof BigInt64Array) return { type: 'int64', shape: value.dims, values: value.data }
  throw new TypeError(`${name} is neither float32 nor int64`)
}

function typeOf(metadata: InferenceSession.ValueMetadata): TensorType {
  const { name } = metadata
  if (!metadata.isTensor || (metadata.type !== 'float32' && metadata.type !== 'int64'))
    throw new TypeError(`${name} is neither float32 nor int64`)
  return { name, type: metadata.type, shape: metadata.shape.map((size) => (typeof size === 'number' ? size : undefined)) }
}

function failure(code: string, what: string, cause: unknown): VireoError {
  const [why] = (cause instanceof Error ? cause.message : String(cause)).split('\n')
  return new VireoError({ code, fault: 'server', retryable: false, message: `${what}: ${why}`, cause })
}
