import type { Problem } from '../../errors.ts'
import type { Tensor } from '../../ports/graph-runtime.ts'

export type Tensors = Readonly<Record<string, Tensor>>

export interface GraphWorkerStart {
  readonly file: string
  readonly warmUpVideos: number
}

export type GraphRequest = Tensors | 'close'

/** One for each request, in their order, and before them one for the opening. Classes of errors are lost between threads. */
export type GraphAnswer = GraphComputed | ({ readonly ok: false } & Problem)

export interface GraphComputed {
  readonly ok: true
  /** None of opening and closing. */
  readonly outputs: Tensors
  /** What the thread needed, in ms. */
  readonly tookMs: number
}
