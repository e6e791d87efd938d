import type { VireoError } from '../errors.ts'
import type { Tensor, TensorType } from './graph-runtime.ts'

/** Computes the ranking graph of one model, away from the event loop. */
export interface Ranker {
  /** Requests that wait or are being computed, also for those who have stopped waiting for it. */
  readonly waiting: number
  /** Why it would not take a request now; undefined where it would. Who asks before needs no memory for what is refused. */
  readonly refusal: VireoError | undefined
  /**
   * All outputs by name, as the graph alone would give them. Inputs over `SharedArrayBuffer`s are read where they are,
   * others are copied. Their memory belongs to the ranker until this resolves, and may be used again then; after a rejection
   * something may still read it, so leave it to the garbage collector.
   *
   * Rejects with the signal's reason as soon as that aborts; what has not begun by then is not computed. Rejects at once with
   * the refusal, where there is one: `RANKER_BUSY` where too many requests wait already, with `RANKER_UNAVAILABLE` where nothing is there that would compute it
   * soon or what had it has died, with `RANKER_CLOSED` after `close`. Rejects with `RANKER_HUNG` where what had it gave no answer
   * in time, and with `GRAPH_FAILED` where the graph can't be computed. Numbers that are none (NaN) are the caller's matter.
   */
  rank(inputs: Readonly<Record<string, Tensor>>, signal: AbortSignal): Promise<Readonly<Record<string, Tensor>>>
  /** Finishes what it was asked, but does not wait for what hangs. */
  close(): Promise<void>
}

/** Memory for requests of up to so many videos, all 0: what a ranker need not copy. Fewer are the beginning of each tensor. */
export function sharedInputs(inputs: readonly TensorType[], videos: number): Readonly<Record<string, Tensor>> {
  return Object.fromEntries(inputs.map((input) => [input.name, sharedZeros(input, videos)]))
}

function sharedZeros(input: TensorType, videos: number): Tensor {
  const shape = input.shape.map((size) => size ?? videos)
  const count = shape.reduce((product, size) => product * size, 1)
  return input.type === 'float32'
    ? { type: 'float32', shape, values: new Float32Array(new SharedArrayBuffer(4 * count)) }
    : { type: 'int64', shape, values: new BigInt64Array(new SharedArrayBuffer(8 * count)) }
}
