import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openVectorIndex } from '../../server/src/adapters/embedded/vector-index.ts'
import { seededRandom } from '../../server/src/random.ts'
import { recallOf } from '../funnel/recall.ts'
import { ClusteredVectors } from './clustered-vectors.ts'
import { ExactNearest } from './exact-nearest.ts'

// An index that is built, asked, added to while it is asked, changed, saved and opened. Arguments: vectors, queries, uploads.
const [count, queries, uploads] = process.argv.slice(2).map(Number) as [number, number, number]
export interface MeasuredIndex {
  readonly vectorsASecond: number
  readonly bytesAVector: number
  /** The share that was found of the nearest by float32. */
  readonly recall: number
  /** The same of a hundredth as many. */
  readonly recallOfFew: number
  /** The share that was found of the nearest by the vectors as the index has rounded them. */
  readonly recallOfRounded: number
  readonly recallAfterReplacing: number
  readonly searchMs: readonly number[]
  /** Of all threads, a search. */
  readonly searchCpuMs: number
  /** Of all threads, a feed's searches: one for 1,050 and three for 100, all at once. */
  readonly feedCpuMs: number
  readonly searchMsUnderUploads: readonly number[]
  /** From when an upload was due until a search had found it. */
  readonly foundMs: readonly number[]
  readonly saveMs: number
  readonly openMs: number
}

const wanted = Math.min(1_000, count)
const few = Math.ceil(wanted / 10)
const batch = 1_000
const uploadsASecond = 100
const never = new AbortController().signal
const { width } = new ClusteredVectors()
const asked = rowsOf(new ClusteredVectors(2).draw(queries))

// Those who upload ask as they come, however many wait.
const index = await openVectorIndex({ width, mostWaitingSearches: uploads + 1 })
// The thread itself takes some 30 MB, whatever it holds.
await index.upsert(range(0, 1), new ClusteredVectors(1).draw(1))
globalThis.gc!()
const residentBefore = process.memoryUsage.rss()
let buildMs = 0
await inBatches(0, count, new ClusteredVectors(1), async (items, values) => {
  buildMs += await timed(() => index.upsert(items, values))
})
globalThis.gc!()
const bytesAVector = (process.memoryUsage.rss() - residentBefore) / count

const exact = new ExactNearest(asked, wanted)
const exactAfterReplacing = new ExactNearest(asked, wanted)
const replaced = Math.floor(count / 10 / batch) * batch
await inBatches(0, count, new ClusteredVectors(1), async (items, values) => {
  exact.add(items[0]!, values)
  if (items[0]! >= replaced) exactAfterReplacing.add(items[0]!, values)
})

// The first time for the machine to warm up.
await found(wanted)
const [{ cpuMs: searchCpuMs, items, searchMs }, { items: fewItems }] = [await found(wanted), await found(few)]
const recall = shareOf(items, exact.nearest(wanted))
const recallOfFew = shareOf(fewItems, exact.nearest(few))
const recallOfRounded = await recallOf(index, asked.slice(0, 50), wanted)
const feedCpuMs = await askAsFeedsDo()
const { foundMs, searchMsUnderUploads } = await uploadWhileAsking()
await inBatches(0, replaced, new ClusteredVectors(4), async (items, values) => {
  await index.upsert(items, values)
  exactAfterReplacing.add(items[0]!, values)
})
const recallAfterReplacing = shareOf((await found(wanted)).items, exactAfterReplacing.nearest(wanted))

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
  recallOfFew,
  recallOfRounded,
  recallAfterReplacing,
  searchMs,
  searchCpuMs,
  feedCpuMs,
  searchMsUnderUploads,
  foundMs,
  saveMs,
  openMs,
} satisfies MeasuredIndex)

async function inBatches(
  from: number,
  until: number,
  drawn: ClusteredVectors,
  act: (items: Uint32Array, values: Float32Array) => Promise<void>,
): Promise<void> {
  for (let first = from; first < until; first += batch) {
    const items = range(first, Math.min(until, first + batch))
    await act(items, drawn.draw(items.length))
  }
}

/** All queries, one after the other. */
async function found(most: number): Promise<{ items: Uint32Array[]; searchMs: number[]; cpuMs: number }> {
  const [items, searchMs]: [Uint32Array[], number[]] = [[], []]
  const cpuMs = await cpuOf(async () => {
    for (const query of asked) searchMs.push(await timed(async () => items.push((await index.search(query, most, never)).items)))
  })
  return { items, searchMs, cpuMs: cpuMs / queries }
}

async function askAsFeedsDo(): Promise<number> {
  const cpuMs = await cpuOf(async () => {
    for (let at = 0; at < queries; at++) {
      const liked = [1, 2, 3].map((next) => index.search(asked[(at + next) % queries]!, 100, never))
      await Promise.all([index.search(asked[at]!, Math.min(1_050, count), never), ...liked])
    }
  })
  return cpuMs / queries
}

/** Uploads come when they are due, whether or not those before have been found; they are gone again at the end. */
async function uploadWhileAsking(): Promise<{ foundMs: number[]; searchMsUnderUploads: number[] }> {
  const random = seededRandom(4, 3, 2, 1)
  const fresh = rowsOf(new ClusteredVectors(3).draw(uploads))
  const foundMs: number[] = []
  const searchMsUnderUploads: number[] = []
  const upload = async (at: number, dueMs: number) => {
    await sleep(Math.max(0, dueMs - performance.now()))
    const [item, vector] = [count + at, fresh[at]!]
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
    searchMsUnderUploads.push(await timed(() => index.search(asked[at % queries]!, wanted, never)))
  }
  await Promise.all(uploading)
  await index.remove(range(count, count + uploads))
  return { foundMs, searchMsUnderUploads }
}

function shareOf(found: readonly Uint32Array[], nearest: readonly ReadonlySet<number>[]): number {
  let [right, all] = [0, 0]
  for (const [at, items] of nearest.entries()) {
    right += found[at]!.filter((item) => items.has(item)).length
    all += items.size
  }
  return right / all
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await act()
  return performance.now() - started
}

async function cpuOf(act: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await act()
  const { system, user } = process.cpuUsage(before)
  return (system + user) / 1000
}

function range(from: number, until: number): Uint32Array {
  return Uint32Array.from({ length: until - from }, (_, at) => from + at)
}

function rowsOf(values: Float32Array): Float32Array[] {
  return Array.from({ length: values.length / width }, (_, at) => values.slice(at * width, (at + 1) * width))
}
