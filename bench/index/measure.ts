import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { exactSearch, MetricKind } from 'usearch'
import { openVectorIndex } from '../../server/src/adapters/embedded/vector-index.ts'
import { seededRandom } from '../../server/src/random.ts'
import { ClusteredVectors } from './clustered-vectors.ts'

// An index that is built, asked, added to while it is asked, changed, saved and opened. Arguments: vectors, queries, uploads.
const [count, queries, uploads] = process.argv.slice(2).map(Number) as [number, number, number]
export interface MeasuredIndex {
  readonly vectorsASecond: number
  readonly bytesAVector: number
  /** The share that was found of the nearest by float32. */
  readonly recall: number
  readonly recallAfterReplacing: number
  readonly searchMs: readonly number[]
  readonly searchMsUnderUploads: readonly number[]
  /** From when an upload was due until a search had found it. */
  readonly foundMs: readonly number[]
  readonly saveMs: number
  readonly openMs: number
}

const wanted = Math.min(1_000, count)
const batch = 1_000
const uploadsASecond = 100
const never = new AbortController().signal
const drawn = new ClusteredVectors(1)
const { width } = drawn

// Those who upload ask as they come, however many wait.
const index = await openVectorIndex({ width, mostWaitingSearches: uploads + 1 })
// The thread itself takes some 30 MB, whatever it holds.
await index.upsert(range(0, 1), new ClusteredVectors(1).draw(1))
globalThis.gc!()
const residentBefore = process.memoryUsage.rss()
let buildMs = 0
for (let from = 0; from < count; from += batch) {
  const items = range(from, Math.min(count, from + batch))
  const values = drawn.draw(items.length)
  buildMs += await timed(() => index.upsert(items, values))
}
globalThis.gc!()
const bytesAVector = (process.memoryUsage.rss() - residentBefore) / count

const vectors = new ClusteredVectors(1).draw(count)
const asked = new ClusteredVectors(2).draw(queries)
// The first time for the machine to warm up.
await ask()
const { recall, searchMs } = await ask()
const { foundMs, searchMsUnderUploads } = await uploadWhileAsking()
await replace(Math.floor(count / 10))
const { recall: recallAfterReplacing } = await ask()

const folder = await mkdtemp(join(tmpdir(), 'vireo-index-'))
const file = join(folder, 'index')
const saveMs = await timed(() => index.save(file, BigInt))
await index.close()
const openMs = await timed(async () => (await openVectorIndex({ width, from: { file, itemOf: Number } })).close())
await rm(folder, { recursive: true })

process.send!({
  vectorsASecond: (count / buildMs) * 1000,
  bytesAVector,
  recall,
  recallAfterReplacing,
  searchMs,
  searchMsUnderUploads,
  foundMs,
  saveMs,
  openMs,
} satisfies MeasuredIndex)

/** All queries, one after the other, compared with what comparing all vectors in float32 finds. */
async function ask(): Promise<{ recall: number; searchMs: number[] }> {
  const nearest = Array.from({ length: queries }, (_, at) => exactSearch(vectors, row(asked, at), width, wanted, MetricKind.IP, 1).keys)
  const searchMs: number[] = []
  let found = 0
  for (const [at, keys] of nearest.entries()) {
    const started = performance.now()
    const { items } = await index.search(row(asked, at), wanted, never)
    searchMs.push(performance.now() - started)
    const right = new Set(Uint32Array.from(keys, Number))
    for (const item of items) if (right.has(item)) found++
  }
  return { recall: found / queries / wanted, searchMs }
}

/** Uploads come when they are due, whether or not those before have been found; they are gone again at the end. */
async function uploadWhileAsking(): Promise<{ foundMs: number[]; searchMsUnderUploads: number[] }> {
  const random = seededRandom(4, 3, 2, 1)
  const fresh = new ClusteredVectors(3).draw(uploads)
  const foundMs: number[] = []
  const searchMsUnderUploads: number[] = []
  const upload = async (at: number, dueMs: number) => {
    await sleep(Math.max(0, dueMs - performance.now()))
    const [item, vector] = [count + at, row(fresh, at)]
    await index.upsert(Uint32Array.of(item), vector)
    while (!(await index.search(vector, 10, never)).items.includes(item)) await sleep(1)
    foundMs.push(performance.now() - dueMs)
  }
  let dueMs = performance.now()
  const uploading = Array.from({ length: uploads }, (_, at) => {
    dueMs += (-Math.log(1 - random()) * 1000) / uploadsASecond
    return upload(at, dueMs)
  })
  for (let at = 0; foundMs.length < uploads; at++) {
    searchMsUnderUploads.push(await timed(() => index.search(row(asked, at % queries), wanted, never)))
  }
  await Promise.all(uploading)
  await index.remove(range(count, count + uploads))
  return { foundMs, searchMsUnderUploads }
}

/** Gives the first so many vectors other values. */
async function replace(many: number): Promise<void> {
  const others = new ClusteredVectors(4)
  for (let from = 0; from < many; from += batch) {
    const items = range(from, Math.min(many, from + batch))
    const values = others.draw(items.length)
    vectors.set(values, from * width)
    await index.upsert(items, values)
  }
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await act()
  return performance.now() - started
}

function range(from: number, until: number): Uint32Array {
  return Uint32Array.from({ length: until - from }, (_, at) => from + at)
}

function row(values: Float32Array, at: number): Float32Array {
  return values.slice(at * width, (at + 1) * width)
}
