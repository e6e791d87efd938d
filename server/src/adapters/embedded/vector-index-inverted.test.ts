import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../random.ts'
import { newSharedVectors } from './vector-blocks.ts'
import { InvertedFile } from './vector-index-inverted.ts'

const width = 16
const leastListRows = 64

test('of 100 nearest among 40,000 in clusters, it finds nearly all while it compares a few thousand', () => {
  const { file, vectors } = filled(40_000)
  let found = 0
  for (const query of clustered(20, 3)) {
    const scores = vectors.map((vector) => dot(query, vector))
    const least = scores.toSorted((one, other) => other - one)[99]! - 1e-3
    found += file.search(query, 100).items.filter((item) => scores[item]! >= least).length
  }
  assert.ok(found >= 0.97 * 20 * 100, `${found} of ${20 * 100}`)
})

test('lists stay of a size, whatever comes and goes', () => {
  const { file } = filled(20_000)
  const most = Math.max(leastListRows, 0.25 * Math.sqrt(20_000))
  assert.ok(file.lists.count > 20_000 / most)
  const lengths = Array.from({ length: file.lists.count }, (_, list) => file.lists.length(list))
  assert.ok(Math.max(...lengths) <= 2 * most, `${Math.max(...lengths)}`)
  for (let item = 0; item < 20_000; item++) if (item % 100 !== 0) file.remove(item)
  assert.equal(file.size, 200)
  assert.ok(file.lists.count <= 25, `${file.lists.count}`)
})

test('vectors stay those of their items while lists are divided and given up', () => {
  const { file, vectors } = filled(5_000)
  for (let item = 0; item < 5_000; item++) if (item % 3 === 0) file.remove(item)
  for (const [item, vector] of vectors.entries()) {
    assert.equal(file.blocks.has(item), item % 3 !== 0)
    const kept = new Float32Array(width)
    if (file.blocks.copy(item, kept)) assert.ok(dot(vector, kept) > 0.999)
  }
  const everything = file.search(vectors[0]!, 5_000).items
  assert.deepEqual(
    everything.toSorted(),
    Uint32Array.from(vectors.keys()).filter((item) => item % 3 !== 0),
  )
})

test('vectors that are all the same are kept in lists of a size too', () => {
  const file = new InvertedFile({ shared: newSharedVectors(width, 1_000), leastListRows: 16 })
  for (let item = 0; item < 1_000; item++) file.upsert(item, new Float32Array(width).fill(1))
  assert.equal(new Set(file.search(new Float32Array(width).fill(1), 1_000).items).size, 1_000)
  for (let list = 0; list < file.lists.count; list++) assert.ok(file.lists.length(list) <= 17)
})

function filled(count: number): { file: InvertedFile; vectors: Float32Array[] } {
  const file = new InvertedFile({ shared: newSharedVectors(width, count), leastListRows })
  const vectors = clustered(count, 2)
  for (const [item, vector] of vectors.entries()) file.upsert(item, vector)
  return { file, vectors }
}

/** Of length 1, each near one of 200 directions that are the same whatever the seed. */
function clustered(count: number, seed: number): Float32Array[] {
  const [shape, random] = [seededRandom(1, 2, 3, 4), seededRandom(5, 6, 7, seed)]
  const centres = Array.from({ length: 200 }, () => Float32Array.from({ length: width }, () => shape() - 0.5))
  return Array.from({ length: count }, () => {
    const vector = centres[Math.floor(random() * centres.length)]!.map((value) => value + 0.5 * (random() - 0.5))
    const length = Math.hypot(...vector)
    return vector.map((value) => value / length)
  })
}

function dot(one: Float32Array, other: Float32Array): number {
  return one.reduce((sum, value, at) => sum + value * other[at]!, 0)
}
