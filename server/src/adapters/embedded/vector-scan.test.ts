import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { blockRows, newSharedVectors, VectorBlocks } from './vector-blocks.ts'
import { VectorProducts } from './vector-products.ts'
import { VectorScan } from './vector-scan.ts'

const never = Number.NEGATIVE_INFINITY

test('a scan finds what comparing one row after the other finds, for any width, number of rows and number wanted', () => {
  const shape = fc.record({
    width: fc.integer({ min: 1, max: 70 }),
    rows: fc.integer({ min: 1, max: 3 * blockRows }),
    most: fc.integer({ min: 1, max: 40 }),
    above: fc.constantFrom(never, 0),
    seed: fc.integer({ min: 1, max: 1e6 }),
  })
  fc.assert(
    fc.property(shape, ({ above, most, rows, seed, width }) => {
      const { products, scan } = filled(numbers(rows * width, seed), width)
      const query = numbers(width, seed + 1)
      scan.ask(query)
      scan.begin(most, above)
      for (let block = 0; block * blockRows < rows; block++) scan.scan(block, Math.min(blockRows, rows - block * blockRows))
      const found = scan.finishInOrder()
      // The query is rounded to 16 bits.
      const near = 1e-3 * Math.hypot(...query)
      const scores = Array.from({ length: rows }, (_, row) => products.dot(query, row))
      const best = scores.toSorted((one, other) => other - one)
      const right = best.filter((score) => score > above).slice(0, most)
      assert.ok(found >= best.filter((score) => score > above + near).slice(0, most).length && found <= most)
      assert.equal(new Set(Array.from({ length: found }, (_, at) => scan.place(at))).size, found)
      for (let at = 0; at < found; at++) {
        assert.ok(Math.abs(scan.score(at) - scores[scan.place(at)]!) <= near)
        assert.ok(Math.abs(scan.score(at) - (right[at] ?? 0)) <= near)
        if (at > 0) assert.ok(scan.score(at) <= scan.score(at - 1))
      }
    }),
    { numRuns: 100, seed: 1 },
  )
})

test('numbers as large as can be do not overflow', () => {
  const width = 1_024
  const { products, scan } = filled(new Float32Array(width).fill(1), width)
  const query = new Float32Array(width).fill(3e30)
  scan.ask(query)
  scan.begin(1)
  scan.scan(0, 1)
  assert.equal(scan.finish(), 1)
  assert.ok(Math.abs(scan.score(0) / products.dot(query, 0) - 1) < 1e-3)
})

test('products with a query and between rows are those of their directions, for any width', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 1e6 }), (width, seed) => {
      const { blocks, products } = filled(numbers(3 * width, seed), width)
      const query = numbers(width, seed + 1)
      const rows = [0, 1, 2].map((row) => {
        const direction = new Float32Array(width)
        blocks.copy(row, direction)
        return direction
      })
      const dots = new Float64Array(4)
      products.dots(query, [2, 0, 3, 1], dots)
      const near = 1e-5 * Math.hypot(...query)
      for (const [at, row] of [2, 0, undefined, 1].entries())
        assert.ok(row === undefined ? Number.isNaN(dots[at]) : Math.abs(dots[at]! - dot(query, rows[row]!)) <= near)
      assert.ok(Math.abs(products.similarity(0, 1) - dot(rows[0]!, rows[1]!)) <= 1e-5)
      assert.equal(products.similarity(0, 3), 0)
    }),
    { numRuns: 100, seed: 2 },
  )
})

test('the sum of rows is that of their directions', () => {
  const width = 5
  const { blocks, scan } = filled(numbers(3 * width, 7), width)
  const sum = new Float32Array(width)
  scan.sum([0, 2, 2], sum)
  const [one, other] = [new Float32Array(width), new Float32Array(width)]
  blocks.copy(0, one)
  blocks.copy(2, other)
  for (const [at, value] of sum.entries()) assert.ok(Math.abs(value - one[at]! - 2 * other[at]!) < 1e-6)
})

test('what is loaded is what its source compiles to', () => {
  const script = fileURLToPath(new URL('../../../../scripts/build-wasm.ts', import.meta.url))
  execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' })
})

/** Items are the numbers of the rows. */
function filled(vectors: Float32Array, width: number) {
  const shared = newSharedVectors(width, 1_000)
  const blocks = new VectorBlocks(shared)
  const rows = vectors.length / width
  blocks.reserve(Math.ceil(rows / blockRows))
  for (let row = 0; row < rows; row++) {
    blocks.write(row, vectors.subarray(row * width, (row + 1) * width))
    blocks.assign(row, row)
  }
  return { blocks, products: new VectorProducts(shared), scan: new VectorScan(blocks) }
}

const dot = (one: Float32Array, other: Float32Array) => one.reduce((sum, value, at) => sum + value * other[at]!, 0)

function numbers(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, at) => ((Math.sin((at + 1) * (seed + 12.9898)) * 43_758.5453) % 1) + 1e-3)
}
