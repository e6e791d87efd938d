/** What computes models: graphs in files, such as ONNX. */
export interface GraphRuntime {
  /** Rejects with `GRAPH_UNREADABLE` where the file is missing or no graph that can be computed here. */
  open(file: string): Promise<Graph>
}

/** A graph that is ready to be computed, any number of times at once. The same inputs give the same outputs, bit for bit. */
export interface Graph {
  readonly inputs: readonly TensorType[]
  readonly outputs: readonly TensorType[]
  /**
   * All outputs by name. Of the inputs it reads its own, which must stay as they are until then. Rejects with
   * `GRAPH_FAILED` where one is missing or of another type or shape, with `GRAPH_CLOSED` after `close`.
   */
  run(inputs: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>
  /** Waits for what is being computed. */
  close(): Promise<void>
}

export interface TensorType {
  readonly name: string
  readonly type: NumberType
  /** A dimension of undefined takes any size. */
  readonly shape: readonly (number | undefined)[]
}

export type NumberType = Tensor['type']

/** Numbers in the order of rows: the last dimension runs fastest. */
export type Tensor =
  | { readonly type: 'float32'; readonly shape: readonly number[]; readonly values: Float32Array }
  | { readonly type: 'int64'; readonly shape: readonly number[]; readonly values: BigInt64Array }
