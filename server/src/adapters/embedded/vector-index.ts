import { rename, rm } from 'node:fs/promises'
import { InvalidInput, Unavailable } from '../../errors.ts'
import type { Neighbours, VectorIndex, VectorReader } from '../../ports/vector-index.ts'
import { mostRows, newSharedVectors, type SharedVectors } from './vector-blocks.ts'
import { type IndexRequest, nobody } from './vector-index-messages.ts'
import { SearchQueue } from './vector-index-searches.ts'
import { eachRow, finishSnapshot, readSnapshot, snapshotBroken } from './vector-index-snapshot.ts'
import { IndexThread } from './vector-index-thread.ts'
import { VectorProducts } from './vector-products.ts'
import { mostFound } from './vector-scan.ts'

export interface VectorIndexOptions {
  /** Numbers a vector. */
  readonly width: number
  /** A snapshot to begin with, and the item of each label in it, or -1 where there is none any more. */
  readonly from?: { readonly file: string; readonly itemOf: (label: bigint) => number }
  /** Items are below this. Memory is taken as they come. */
  readonly mostItems?: number
  /** Lists of vectors are not divided below this. */
  readonly leastListRows?: number
  readonly mostWaitingSearches?: number
  /** Vectors to be added or removed. */
  readonly mostWaitingVectors?: number
}

const defaults = {
  mostItems: 2 ** 24,
  leastListRows: 64,
  mostWaitingSearches: 64,
  mostWaitingVectors: 65_536,
}

/**
 * An index in a thread of its own. Rejects with `INDEX_SNAPSHOT_BROKEN` where the snapshot is not whole, or is of another
 * width or format: then it has to be built anew.
 */
export async function openVectorIndex(options: VectorIndexOptions): Promise<VectorIndex> {
  const { from, width, ...limits } = { ...defaults, ...options }
  const snapshot = from && (await readSnapshot(from.file, width, limits.mostItems))
  const shared = newSharedVectors(width, limits.mostItems)
  const thread = new IndexThread({ shared, leastListRows: limits.leastListRows })
  if (from && snapshot) {
    try {
      const items = new Uint32Array(snapshot.labels.length)
      await eachRow(items.length, (row) => {
        const item = from.itemOf(snapshot.labels[row]!)
        items[row] = item >= 0 && item < limits.mostItems ? item : nobody
      })
      await thread.ask({ kind: 'load', file: from.file, items, lists: snapshot.lists }, [items.buffer])
    } catch (error) {
      await thread.close()
      throw snapshotBroken(from.file, error)
    }
  }
  return new EmbeddedVectorIndex(thread, shared, limits)
}

class EmbeddedVectorIndex implements VectorIndex {
  readonly width: number
  readonly vectors: VectorReader
  readonly #thread: IndexThread
  readonly #searches: SearchQueue
  readonly #limits: typeof defaults
  #waitingVectors = 0
  #saving: Promise<void> = Promise.resolve()
  #closing: Promise<void> | undefined

  constructor(thread: IndexThread, shared: SharedVectors, limits: typeof defaults) {
    this.#thread = thread
    this.#searches = new SearchQueue(thread, limits.mostWaitingSearches)
    this.#limits = limits
    this.width = shared.width
    this.vectors = new VectorProducts(shared)
  }

  get size(): number {
    return this.#thread.size
  }

  async upsert(items: Uint32Array, values: Float32Array): Promise<void> {
    checkVectors(values, items.length, this.width)
    if (items.some((item) => item >= this.#limits.mostItems))
      throw new Unavailable('INDEX_FULL', `an item is not below ${this.#limits.mostItems}`)
    if (this.size + this.#waitingVectors + items.length > mostRows(this.width))
      throw new Unavailable('INDEX_FULL', `there is no room for ${items.length} vectors more`)
    const [of, copy] = [items.slice(), values.slice()]
    await this.#change(items.length, { kind: 'upsert', items: of, values: copy }, [of.buffer, copy.buffer])
  }

  async remove(items: Uint32Array): Promise<void> {
    const copy = items.slice()
    await this.#change(items.length, { kind: 'remove', items: copy }, [copy.buffer])
  }

  async search(query: Float32Array, count: number, signal: AbortSignal): Promise<Neighbours> {
    signal.throwIfAborted()
    this.#checkOpen()
    checkVectors(query, 1, this.width)
    if (!(Number.isInteger(count) && count > 0 && count <= mostFound)) throw new RangeError(`${count} neighbours can't be found`)
    return this.#searches.search(query.slice(), count, signal)
  }

  save(file: string, labelOf: (item: number) => bigint): Promise<void> {
    const saved = this.#saving.then(() => this.#save(file, labelOf))
    this.#saving = saved.catch(() => undefined)
    return saved
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#searches.clear(closed())
    await this.#saving
    await this.#thread.close()
  }

  async #change(count: number, request: IndexRequest, transfer: ArrayBuffer[]): Promise<void> {
    this.#checkOpen()
    if (count === 0) return
    // What is too many even alone is taken when nothing else waits, or it could never be.
    if (this.#waitingVectors > 0 && this.#waitingVectors + count > this.#limits.mostWaitingVectors)
      throw new Unavailable('INDEX_BUSY', `${this.#waitingVectors} vectors are waiting`)
    this.#waitingVectors += count
    try {
      await this.#thread.ask(request, transfer)
    } finally {
      this.#waitingVectors -= count
    }
  }

  async #save(file: string, labelOf: (item: number) => bigint): Promise<void> {
    this.#checkOpen()
    const aside = `${file}.part`
    try {
      const { items, lists } = await this.#thread.ask({ kind: 'save', file: aside })
      const labels = new BigUint64Array(items.length)
      await eachRow(items.length, (row) => {
        labels[row] = labelOf(items[row]!)
      })
      await finishSnapshot(aside, this.width, { labels, lists })
      await rename(aside, file)
    } catch (cause) {
      await rm(aside, { force: true }).catch(() => undefined)
      throw new Unavailable('INDEX_NOT_SAVED', `the index can't be written to ${file}: ${(cause as Error).message}`, cause)
    }
  }

  #checkOpen(): void {
    if (this.#closing) throw closed()
  }
}

function checkVectors(values: Float32Array, count: number, width: number): void {
  if (values.length !== count * width)
    throw new InvalidInput('VECTOR_WIDTH_OTHER', 'values', `${values.length} numbers are not ${count} vectors of ${width}`)
  for (let from = 0; from < values.length; from += width) {
    let squares = 0
    for (let at = from; at < from + width; at++) squares += values[at]! ** 2
    if (!(squares > 0 && squares < Number.POSITIVE_INFINITY))
      throw new InvalidInput('VECTOR_INVALID', 'values', `vector ${from / width} has no length, or a number that is not finite`)
  }
}

function closed(): Unavailable {
  return new Unavailable('INDEX_CLOSED', 'the index is closed')
}
