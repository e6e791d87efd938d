import type { Tensor } from '../../ports/graph-runtime.ts'

/** Numbers in memory that workers read where it is. */
export const sharedFloats = (length: number): Float32Array => new Float32Array(new SharedArrayBuffer(4 * length))

/** Whole numbers up to 2^32 as graphs take them. Written by their low words: a `BigInt` each would be an allocation each. Workers read them where they are. */
export class WholeNumbers {
  readonly #values: BigInt64Array
  readonly #words: Uint32Array

  constructor(length: number) {
    this.#values = new BigInt64Array(new SharedArrayBuffer(8 * length))
    this.#words = new Uint32Array(this.#values.buffer)
  }

  set(at: number, value: number): void {
    this.#words[2 * at] = value
  }

  clear(): void {
    this.#words.fill(0)
  }

  /** The first of them in this shape; they stay in the same memory. */
  shaped(...shape: number[]): Tensor {
    return { type: 'int64', shape, values: this.#values.subarray(0, sizeOf(shape)) }
  }
}

/** The first of some numbers in this shape; they stay in the same memory. */
export function shaped(values: Float32Array, ...shape: number[]): Tensor {
  return { type: 'float32', shape, values: values.subarray(0, sizeOf(shape)) }
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1)
