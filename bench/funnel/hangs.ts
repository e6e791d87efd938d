import { syncBuiltinESMExports } from 'node:module'
import threads from 'node:worker_threads'

/** What the number is that threads which rank look at: whoever finds `hangNext` makes it `hanging`, and hangs while it is. */
export const [hangsNot, hangNext, hanging] = [0, 1, 2]

export interface HangingStart {
  readonly hangs: Int32Array
}

const ranks = /\/graph-worker-onnx\.ts$/

/** Lets the threads that rank be told to hang, from those on that are started after this. */
export class Hangs {
  readonly #hangs = new Int32Array(new SharedArrayBuffer(4))

  constructor() {
    const hangs = this.#hangs
    threads.Worker = class extends threads.Worker {
      constructor(script: URL, options: { workerData: object }) {
        if (!ranks.test(String(script))) super(script, options)
        else super(new URL('hanging-ranker.ts', import.meta.url), { ...options, workerData: { ...options.workerData, hangs } })
      }
    }
    syncBuiltinESMExports()
  }

  /** The next request that is ranked hangs its thread, and the thread that hung before comes back. */
  hangNext(): void {
    this.#set(hangNext)
  }

  /** Every thread comes back. */
  end(): void {
    this.#set(hangsNot)
  }

  #set(state: number): void {
    Atomics.store(this.#hangs, 0, state)
    Atomics.notify(this.#hangs, 0)
  }
}
