import { readFileSync } from 'node:fs'
import { blockRows, blocksAt, type VectorBlocks } from './vector-blocks.ts'

/** What server/wasm/vector-scan.ts exports. */
export interface ScanExports {
  layOut(rowBytes: number, rowsABlock: number, queryAt: number, keysAt: number): void
  begin(most: number, above: number): void
  scan(block: number, count: number, first: number): void
  finish(): number
  addTo(sums: number, row: number, scale: number): void
  dot(numbers: number, row: number): number
  product(row: number, other: number): number
}

const compiled = new WebAssembly.Module(readFileSync(new URL('vector-scan.wasm', import.meta.url)))

// Before the blocks: sums (float32) and a query (int16) as wide as a row, then the keys.
const sumsAt = 0
const queryAt = 2 ** 16
const keysAt = 2 ** 17
/** What lies between them and the blocks is for others. */
export const keysEnd = blocksAt - 2 ** 17

/** The most that a search can find. */
export const mostFound = 2 ** 20

// With these, sums of products stay within 32 bits.
const largestNumber = 2 ** 15 - 1
const largestSum = (2 ** 31 - 1) / 127

/** The inner loops over blocks, for one thread. Addresses are those of the blocks' memory. */
export function scanExports({ memory, stride }: VectorBlocks): ScanExports {
  const exports = new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as ScanExports
  exports.layOut(stride, blockRows, queryAt, keysAt)
  return exports
}

/** Compares rows with a query by SIMD, in the memory in which they are. One search at a time: `ask`, `begin`, `scan` all that may be found, `finish`. */
export class VectorScan {
  readonly #blocks: VectorBlocks
  readonly #wasm: ScanExports
  readonly #query: Int16Array
  readonly #sums: Float32Array
  readonly #keys: BigUint64Array
  /** Of each key, the place and then the bits that grow with the score. */
  readonly #halves: Uint32Array
  /** What was found last. */
  #found = 0
  /** What brings scores back to the length of the query. */
  #scale = 0

  constructor(blocks: VectorBlocks) {
    const { buffer } = blocks.memory
    this.#blocks = blocks
    this.#wasm = scanExports(blocks)
    this.#query = new Int16Array(buffer, queryAt, blocks.stride)
    this.#sums = new Float32Array(buffer, sumsAt, blocks.stride)
    this.#keys = new BigUint64Array(buffer, keysAt, (keysEnd - keysAt) / 8)
    this.#halves = new Uint32Array(buffer, keysAt, (keysEnd - keysAt) / 4)
  }

  /** The query of the searches to come: `width` numbers. */
  ask(query: Float32Array): void {
    let [largest, sum] = [0, 0]
    for (const value of query) {
      largest = Math.max(largest, Math.abs(value))
      sum += Math.abs(value)
    }
    const stretch = largest === 0 ? 0 : Math.min(largestNumber / largest, largestSum / sum)
    for (let at = 0; at < query.length; at++) this.#query[at] = Math.round(query[at]! * stretch)
    this.#scale = largest === 0 ? 0 : 1 / stretch
  }

  /** Begins a search for the `most` rows of the largest scores; only the sign of `above` is right whatever the query. */
  begin(most: number, above = Number.NEGATIVE_INFINITY): void {
    this.#wasm.begin(most, above)
  }

  /** Compares the first `count` rows of a block; they are told by numbers from `first` on. */
  scan(block: number, count: number, first = block * blockRows): void {
    this.#wasm.scan(this.#blocks.blockAt(block), count, first)
  }

  /** How many were found, in no order. */
  finish(): number {
    this.#found = this.#wasm.finish()
    return this.#found
  }

  /** How many were found, best first. */
  finishInOrder(): number {
    this.finish()
    this.#keys.subarray(0, this.#found).sort()
    return this.#found
  }

  /** The place of what was found, from 0, the best. */
  place(at: number): number {
    return this.#halves[2 * (this.#found - 1 - at)]!
  }

  score(at: number): number {
    const grows = this.#halves[2 * (this.#found - 1 - at) + 1]!
    bits[0] = grows >>> 31 === 1 ? grows ^ 0x8000_0000 : ~grows
    return float[0]! * this.#scale
  }

  /** The sum of the directions of rows. */
  sum(places: Iterable<number>, into: Float32Array): void {
    this.#sums.fill(0)
    for (const place of places) this.#wasm.addTo(sumsAt, this.#blocks.rowAt(place), this.#blocks.scale(place))
    into.set(this.#sums.subarray(0, into.length))
  }
}

const float = new Float32Array(1)
const bits = new Uint32Array(float.buffer)
