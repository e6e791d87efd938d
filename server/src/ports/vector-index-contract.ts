import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import fc from 'fast-check'
import type { VectorIndex } from './vector-index.ts'

/** A snapshot, and the item of each label in it, or -1. */
export interface SnapshotForTests {
  readonly file: string
  readonly itemOf: (label: bigint) => number
}

const width = 32
const signal = () => AbortSignal.timeout(20_000)

/** What every index of vectors promises. */
export function vectorIndexContract(name: string, open: (width: number, from?: SnapshotForTests) => Promise<VectorIndex>): void {
  const opened = async (t: TestContext, from?: SnapshotForTests, columns = width) => {
    const index = await open(columns, from)
    t.after(() => index.close())
    return index
  }

  describe(`the vector index: ${name}`, () => {
    test('finds the largest dot products, best first', async (t) => {
      const index = await opened(t)
      const vectors = someVectors(600)
      await index.upsert(items(600), vectors)
      assert.equal(index.size, 600)
      let found = 0
      for (const query of rowsOf(someVectors(20, 2))) {
        const { items: got, scores } = await index.search(query, 50, signal())
        assert.equal(got.length, 50)
        assert.deepEqual(scores, scores.slice().sort().reverse())
        for (const [at, item] of got.entries()) assert.ok(Math.abs(scores[at]! - dot(query, rowsOf(vectors)[item]!)) < 0.02)
        const best = nearest(query, rowsOf(vectors), 50)
        found += got.filter((item) => best.has(item)).length
      }
      assert.ok(found >= 0.95 * 20 * 50, `${found} of ${20 * 50}`)
    })

    test('an empty index finds nothing, a small one all that it has', async (t) => {
      const index = await opened(t)
      assert.deepEqual(await index.search(axis(0), 10, signal()), { items: new Uint32Array(), scores: new Float32Array() })
      await index.upsert(Uint32Array.of(9, 70_000), Float32Array.of(...axis(0), ...axis(1)))
      assert.deepEqual((await index.search(axis(1), 10, signal())).items, Uint32Array.of(70_000, 9))
    })

    test('items are compared by direction, and scores grow with the query', async (t) => {
      const index = await opened(t)
      await index.upsert(Uint32Array.of(1, 2), Float32Array.of(...axis(0, 0.01), ...axis(1, 1_000)))
      const { items, scores } = await index.search(axis(0, 3), 1, signal())
      assert.deepEqual(items, Uint32Array.of(1))
      assert.ok(Math.abs(scores[0]! - 3) < 0.01)
    })

    test('a vector that was replaced is found by the new one only', async (t) => {
      const index = await opened(t)
      await index.upsert(items(width), identity())
      await index.upsert(Uint32Array.of(3), axis(5))
      assert.equal(index.size, width)
      assert.deepEqual((await index.search(axis(5), 2, signal())).items.toSorted(), Uint32Array.of(3, 5))
      assert.ok((await index.search(axis(3), width, signal())).scores[0]! < 0.02)
    })

    test('what is removed is never found, until it comes back', async (t) => {
      const index = await opened(t)
      await index.upsert(items(width), identity())
      await index.remove(Uint32Array.of(3, 4, 4, 1_000_000))
      assert.equal(index.size, width - 2)
      const { items: found } = await index.search(axis(3), width, signal())
      assert.deepEqual(
        found.toSorted(),
        items(width).filter((item) => item !== 3 && item !== 4),
      )
      await index.upsert(Uint32Array.of(4), axis(4))
      assert.deepEqual((await index.search(axis(4), 1, signal())).items, Uint32Array.of(4))
    })

    test('bad vectors are refused, and none of their batch is added', async (t) => {
      const index = await opened(t)
      const wrong = [Number.NaN, Number.POSITIVE_INFINITY].map((value) => axis(1, value))
      for (const vector of [...wrong, new Float32Array(width)]) {
        await assert.rejects(index.upsert(items(2), Float32Array.of(...axis(0), ...vector)), { code: 'VECTOR_INVALID' })
        await assert.rejects(index.search(vector, 1, signal()), { code: 'VECTOR_INVALID' })
      }
      await assert.rejects(index.upsert(items(2), axis(0)), { code: 'VECTOR_WIDTH_OTHER' })
      await assert.rejects(index.search(new Float32Array(width + 1).fill(1), 1, signal()), { code: 'VECTOR_WIDTH_OTHER' })
      assert.equal(index.size, 0)
    })

    test('vectors can be read by item', async (t) => {
      const index = await filled(await opened(t))
      const { vectors } = index
      await index.upsert(Uint32Array.of(40, 41), Float32Array.of(...axis(0), ...axis(0, 2).with(1, 2)))
      assert.deepEqual([vectors.has(40), vectors.has(39), vectors.has(5_000_000)], [true, false, false])
      assert.ok(Math.abs(vectors.similarity(40, 41) - Math.SQRT1_2) < 0.01)
      assert.ok(Math.abs(vectors.dot(axis(1, 3), 41) - 3 * Math.SQRT1_2) < 0.03)
      assert.deepEqual([vectors.dot(axis(0), 39), vectors.similarity(40, 39)], [0, 0])
      const dots = new Float64Array(3)
      vectors.dots(axis(0, 2), [41, 39, 40], dots)
      assert.deepEqual([...dots], [vectors.dot(axis(0, 2), 41), Number.NaN, vectors.dot(axis(0, 2), 40)])
      await index.remove(Uint32Array.of(40))
      assert.deepEqual([vectors.has(40), vectors.dot(axis(0), 40)], [false, 0])
    })

    test('searches go on while vectors come and go', async (t) => {
      const index = await opened(t)
      await index.upsert(items(300), someVectors(300))
      let changing = true
      const changes = (async () => {
        for (let round = 0; round < 10; round++) {
          const batch = items(50).map((item) => 100 + round * 20 + item)
          await index.upsert(batch, someVectors(50, 10 + round))
          const seventh = rowsOf(someVectors(50, 10 + round))[7]!
          assert.deepEqual((await index.search(seventh, 1, signal())).items, Uint32Array.of(107 + round * 20))
          await index.remove(batch.subarray(0, 10))
        }
      })().finally(() => {
        changing = false
      })
      while (changing) assert.equal((await index.search(axis(0), 100, signal())).items.length, 100)
      await changes
    })

    test('a search that is called off ends with the reason', async (t) => {
      const index = await opened(t)
      await index.upsert(items(width), identity())
      const reason = new Error('no longer wanted')
      await assert.rejects(index.search(axis(0), 1, AbortSignal.abort(reason)), reason)
      const calling = new AbortController()
      const searches = Array.from({ length: 20 }, () => index.search(axis(0), 1, calling.signal))
      const other = index.search(axis(1), 1, signal())
      calling.abort(reason)
      for (const search of await Promise.allSettled(searches)) assert.deepEqual(search, { status: 'rejected', reason })
      assert.deepEqual((await other).items, Uint32Array.of(1))
    })

    test('a closed index has nothing to say, and can be closed while it is busy', async () => {
      const index = await open(width)
      const busy = [index.upsert(items(2_000), someVectors(2_000)), index.search(axis(0), 5, signal())]
      const settled = Promise.allSettled(busy)
      await index.close()
      await settled
      await assert.rejects(index.search(axis(0), 1, signal()), { code: 'INDEX_CLOSED' })
      await assert.rejects(index.upsert(items(1), axis(0)), { code: 'INDEX_CLOSED' })
      await index.close()
    })

    describe('kept in a file', () => {
      test('is found again under other numbers, without what is gone, and goes on changing', async (t) => {
        const index = await filled(await opened(t))
        await index.remove(Uint32Array.of(7))
        const file = join(await folder(t), 'index')
        await index.save(file, (item) => BigInt(item) << 40n)
        const again = await opened(t, { file, itemOf: (label) => (label === 5n << 40n ? -1 : 100 - Number(label >> 40n)) })
        assert.equal(again.size, width - 2)
        const { items: found, scores } = await again.search(axis(9), width, signal())
        assert.equal(found[0], 91)
        assert.ok(Math.abs(scores[0]! - 1) < 0.01)
        assert.ok(!found.includes(95) && !found.includes(93))
        assert.ok(Math.abs(again.vectors.dot(axis(9), 91) - 1) < 0.01)
        await again.upsert(Uint32Array.of(91, 1, 2, 3), Float32Array.of(...axis(5), ...axis(7), ...axis(9), ...axis(9)))
        assert.equal(again.size, width + 1)
        assert.deepEqual((await again.search(axis(9), 2, signal())).items.toSorted(), Uint32Array.of(2, 3))
      })

      test('empty, it is empty again', async (t) => {
        const file = join(await folder(t), 'index')
        await (await opened(t)).save(file, BigInt)
        const again = await opened(t, { file, itemOf: Number })
        assert.equal(again.size, 0)
        await again.upsert(Uint32Array.of(1), axis(1))
        assert.equal((await again.search(axis(1), 5, signal())).items.length, 1)
      })

      test('it is refused where it is cut short, changed, missing or of another width', async (t) => {
        const from = await folder(t)
        const file = join(from, 'index')
        await (await filled(await opened(t))).save(file, BigInt)
        const whole = await readFile(file)
        const refused = async (path: string, columns = width) =>
          assert.rejects(open(columns, { file: path, itemOf: Number }), { code: 'INDEX_SNAPSHOT_BROKEN' })
        await refused(file, width + 1)
        await refused(`${file}.missing`)
        const at = fc.integer({ min: 0, max: whole.length - 1 })
        await fc.assert(
          fc.asyncProperty(at, fc.constantFrom('cut', 'changed'), async (place, how) => {
            const broken = how === 'cut' ? whole.subarray(0, place) : Buffer.from(whole)
            if (how === 'changed') broken[place]! ^= 1
            await writeFile(join(from, 'broken'), broken)
            await refused(join(from, 'broken'))
          }),
          { numRuns: 40, seed: 1 },
        )
      })

      test('a save that fails leaves the one before as it was', async (t) => {
        const index = await filled(await opened(t))
        const file = join(await folder(t), 'index')
        await index.save(file, BigInt)
        const before = await readFile(file)
        const unknown = () => {
          throw new Error('no label')
        }
        await assert.rejects(index.save(file, unknown), { code: 'INDEX_NOT_SAVED' })
        assert.deepEqual(await readFile(file), before)
        await assert.rejects(index.save(join(file, 'in-a-file'), BigInt), { code: 'INDEX_NOT_SAVED' })
      })
    })
  })
}

const items = (count: number) => Uint32Array.from({ length: count }, (_, at) => at)
const rowsOf = (values: Float32Array) =>
  Array.from({ length: values.length / width }, (_, row) => values.subarray(row * width, (row + 1) * width))
const axis = (at: number, length = 1) => new Float32Array(width).with(at, length)
const identity = () => Float32Array.from(Array.from(items(width), (item) => [...axis(item)]).flat())
const dot = (one: Float32Array, other: Float32Array) => one.reduce((sum, value, at) => sum + value * other[at]!, 0)

async function filled(index: VectorIndex): Promise<VectorIndex> {
  await index.upsert(items(width), identity())
  return index
}

/** Of length 1, in all directions. */
function someVectors(count: number, seed = 1): Float32Array {
  const values = Float32Array.from({ length: count * width }, (_, at) => ((Math.sin((at + 1) * (seed + 12.9898)) * 43_758.5453) % 1) ** 3)
  for (const row of rowsOf(values)) {
    const length = Math.hypot(...row)
    for (let at = 0; at < width; at++) row[at]! /= length
  }
  return values
}

function nearest(query: Float32Array, vectors: readonly Float32Array[], count: number): Set<number> {
  const scores = vectors.map((vector) => dot(query, vector))
  return new Set([...scores.keys()].sort((one, other) => scores[other]! - scores[one]!).slice(0, count))
}

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'vireo-index-'))
  t.after(() => rm(path, { recursive: true }))
  return path
}
