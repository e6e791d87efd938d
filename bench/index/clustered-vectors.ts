import { seededRandom } from '../../server/src/random.ts'

const clusters = 2_000
// As that of the sample's video vectors: 59 % is in 8 principal components, 79 % in 16, 97 % in 32.
const varianceFallsOver = 9

/**
 * Vectors of length 1 as a video tower makes them: `clusters` clusters whose sizes follow Zipf's law, each as wide as
 * chance has made it, and most of the variance in few directions, none of which is an axis. The same seed
 * gives the same clusters; `stream` tells apart who draws from them.
 */
export class ClusteredVectors {
  readonly width = 128
  readonly #random
  readonly #spread: Float64Array
  readonly #signs: Float64Array
  readonly #centres: Float64Array
  /** Of each cluster, how far its vectors are from its centre. */
  readonly #widths: Float64Array
  /** The share of vectors in this cluster and those before it. */
  readonly #shares: Float64Array

  constructor(stream = 0) {
    const shape = seededRandom(5, 6, 7, 8)
    this.#random = seededRandom(8, 7, 6, stream)
    this.#spread = Float64Array.from({ length: this.width }, (_, at) => Math.exp(-at / (2 * varianceFallsOver)))
    this.#signs = Float64Array.from({ length: this.width }, () => (shape() < 0.5 ? -1 : 1))
    this.#centres = new Float64Array(clusters * this.width)
    this.#widths = Float64Array.from({ length: clusters }, () => 0.4 + 0.8 * shape())
    for (let at = 0; at < this.#centres.length; at++) this.#centres[at] = normal(shape) * this.#spread[at % this.width]!
    let sum = 0
    const sizes = Float64Array.from({ length: clusters }, (_, at) => 1 / (at + 10))
    this.#shares = sizes.map((size) => (sum += size)).map((upTo) => upTo / sum)
  }

  /** `count` vectors, one after the other. */
  draw(count: number): Float32Array {
    const values = new Float32Array(count * this.width)
    const one = new Float64Array(this.width)
    for (let row = 0; row < count; row++) {
      const cluster = this.#cluster()
      const width = this.#widths[cluster]!
      for (let at = 0; at < this.width; at++) {
        one[at] = (this.#centres[cluster * this.width + at]! + width * normal(this.#random) * this.#spread[at]!) * this.#signs[at]!
      }
      rotate(one)
      const length = Math.hypot(...one)
      for (let at = 0; at < this.width; at++) values[row * this.width + at] = one[at]! / length
    }
    return values
  }

  #cluster(): number {
    const drawn = this.#random()
    let low = 0
    for (let high = clusters - 1; low < high; ) {
      const middle = (low + high) >> 1
      if (this.#shares[middle]! < drawn) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Hadamard's transform in place, for a power of two: a rotation that spreads each axis over all. */
function rotate(values: Float64Array): void {
  for (let half = 1; half < values.length; half *= 2) {
    for (let from = 0; from < values.length; from += 2 * half) {
      for (let at = from; at < from + half; at++) {
        const [left, right] = [values[at]!, values[at + half]!]
        values[at] = left + right
        values[at + half] = left - right
      }
    }
  }
}

/** Box and Muller's method. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
