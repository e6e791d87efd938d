import type { Catalog, CatalogObserver } from '../../catalog/catalog.ts'
import type { Graph, Tensor } from '../../ports/graph-runtime.ts'
import type { VectorIndex } from '../../ports/vector-index.ts'
import { wordsOf, wordsPerVideo } from '../hashing.ts'
import type { VideoVectors } from '../video-vectors.ts'
import type { ModelRows, VideoRows } from './model-rows.ts'
import { shaped, sharedFloats, WholeNumbers } from './tensors.ts'
import { VideoInputs } from './video-inputs.ts'

/** Videos at a time: the tower takes them on this thread, which has other things to do. */
const batch = 128

export interface EmbedderParts {
  readonly catalog: Catalog
  readonly rows: ModelRows
  readonly videoRows: VideoRows
  readonly tower: Graph
  readonly index: VectorIndex
  /** How wide an embedding from outside is for this model; 0 where it takes none. */
  readonly embeddingWidth: number
  onError(error: unknown): void
}

/** Keeps an index in step with the catalogue: a vector for every cleared video, anew when its facts change. */
export class VideoEmbedder implements CatalogObserver {
  readonly #parts: EmbedderParts
  readonly #videos: VideoInputs
  readonly #words = new WholeNumbers(batch * wordsPerVideo)
  readonly #embeddings: Float32Array
  readonly #due = new Set<number>()
  /** Videos taken at a time: fewer after a failure, until the one that fails is alone and holds up no other. */
  #together = batch
  #working: Promise<void> | undefined
  #isClosed = false
  /** Videos whose embedding from outside was of another width, and was left out. */
  otherWidth = 0
  /** Videos of which the tower made no direction: zeros, or what is no number. */
  withoutVector = 0
  /** Vectors that the index was given or has lost. */
  changes = 0

  constructor(parts: EmbedderParts) {
    this.#parts = parts
    this.#videos = new VideoInputs(parts.catalog, parts.rows, parts.videoRows, batch)
    this.#embeddings = sharedFloats(batch * parts.embeddingWidth)
  }

  /**
   * Fills the index with all that is cleared, from vectors where there are some already; resolves when it holds them. What
   * it held before is looked at again afterwards: facts may have changed since it was saved.
   */
  async fill(known: VideoVectors, signal: AbortSignal): Promise<void> {
    // What changes meanwhile is taken along, and what is at work comes first: two would write into the same memory.
    const filling = Promise.resolve(this.#working).then(() => this.#fill(known, signal))
    this.#working = filling.then(
      () => undefined,
      () => undefined,
    )
    const held = await filling
    this.#working = undefined
    for (const slot of held) this.after(slot)
  }

  /** What the index held before. */
  async #fill(known: VideoVectors, signal: AbortSignal): Promise<readonly number[]> {
    const { catalog, index } = this.#parts
    const held: number[] = []
    for (let slot = 0; slot < catalog.ids.size; slot++) {
      const isCleared = catalog.columns.isCleared(slot)
      if (index.vectors.has(slot)) held.push(slot)
      if (isCleared !== index.vectors.has(slot)) this.#due.add(slot)
    }
    await this.#take(known, signal)
    while (this.#due.size > 0) {
      signal.throwIfAborted()
      await this.#embedSome()
    }
    return held
  }

  /** A video has come, has changed, or may not be shown any more. */
  after(slot: number): void {
    this.#due.add(slot)
    this.#working ??= this.#work()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#working
  }

  async #work(): Promise<void> {
    // What else is put in this turn comes along.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#due.size > 0 && !this.#isClosed) {
      try {
        await this.#embedSome()
      } catch (error) {
        this.#parts.onError(error)
        if (this.#together === 1) await new Promise((resolve) => setTimeout(resolve, retryMs).unref())
      }
    }
    this.#working = undefined
  }

  async #embedSome(): Promise<void> {
    const { catalog, index } = this.#parts
    const slots = this.#due.values().take(this.#together).toArray()
    for (const slot of slots) this.#due.delete(slot)
    try {
      const cleared = Uint32Array.from(slots.filter((slot) => catalog.columns.isCleared(slot)))
      const gone = Uint32Array.from(slots.filter((slot) => !catalog.columns.isCleared(slot)))
      if (gone.length > 0) await index.remove(gone)
      this.changes += gone.length
      if (cleared.length > 0) await this.#add(cleared, await this.#vectorsOf(cleared))
      this.#together = Math.min(batch, 2 * this.#together)
    } catch (error) {
      this.#together = Math.max(1, slots.length >>> 1)
      for (const slot of slots) this.#due.add(slot)
      throw error
    }
  }

  /** A video that the tower makes nothing of, any more, is left to the other sources. */
  async #add(slots: Uint32Array, vectors: Float32Array): Promise<void> {
    const { index } = this.#parts
    const vectorOf = (at: number) => vectors.subarray(at * index.width, (at + 1) * index.width)
    const whole = [...slots.keys()].filter((at) => vectorOf(at).every(Number.isFinite) && vectorOf(at).some((value) => value !== 0))
    this.withoutVector += slots.length - whole.length
    const lost = slots.filter((slot, at) => index.vectors.has(slot) && !whole.includes(at))
    if (lost.length > 0) await index.remove(lost)
    const good = whole.filter((at) => !this.#holds(slots[at]!, vectorOf(at)))
    this.changes += good.length + lost.length
    const values = new Float32Array(good.length * index.width)
    for (const [nth, at] of good.entries()) values.set(vectorOf(at), nth * index.width)
    await index.upsert(
      Uint32Array.from(good, (at) => slots[at]!),
      values,
    )
  }

  /** Whether the index has this vector already, as nearly as it keeps them. */
  #holds(slot: number, vector: Float32Array): boolean {
    const { vectors } = this.#parts.index
    return vectors.has(slot) && vectors.dot(vector, slot) > sameCosine * Math.hypot(...vector)
  }

  async #vectorsOf(slots: Uint32Array): Promise<Float32Array> {
    const { tower } = this.#parts
    this.#videos.set(slots)
    for (let at = 0; at < slots.length; at++) this.#set(at, slots[at]!)
    const { vectors } = await tower.run(this.#inputs(slots.length))
    return (vectors as Tensor & { type: 'float32' }).values
  }

  #set(at: number, slot: number): void {
    const { catalog, embeddingWidth, rows } = this.#parts
    const { embedding, hashtags, title } = catalog.videoOnce(slot)
    const words = wordsOf(title, hashtags)
    for (let nth = 0; nth < wordsPerVideo; nth++) this.#words.set(at * wordsPerVideo + nth, nth < words.length ? rows.word(words[nth]!) : 0)
    if (embeddingWidth === 0) return
    const from = at * embeddingWidth
    const fits = embedding.length === embeddingWidth && embedding.every(Number.isFinite)
    if (embedding.length > 0 && !fits) this.otherWidth++
    this.#embeddings.fill(0, from, from + embeddingWidth)
    if (fits) this.#embeddings.set(embedding, from)
  }

  #inputs(count: number): Record<string, Tensor> {
    const { embeddingWidth } = this.#parts
    return {
      ...this.#videos.candidates(count),
      words: this.#words.shaped(count, wordsPerVideo),
      ...(embeddingWidth > 0 ? { embeddings: shaped(this.#embeddings, count, embeddingWidth) } : {}),
    }
  }

  /** Of what is due, that of which a vector came with the model. */
  async #take({ ids, values, width }: VideoVectors, signal: AbortSignal): Promise<void> {
    const { catalog, index } = this.#parts
    for (let from = 0; from < ids.length; from += takenAtOnce) {
      signal.throwIfAborted()
      const places = ids
        .slice(from, from + takenAtOnce)
        .map((id, at) => ({ slot: catalog.ids.find(id), at: from + at }))
        .filter(({ slot }) => this.#due.has(slot) && catalog.columns.isCleared(slot))
      const vectors = new Float32Array(places.length * width)
      for (const [nth, { at, slot }] of places.entries()) {
        vectors.set(values.subarray(at * width, (at + 1) * width), nth * width)
        this.#due.delete(slot)
      }
      this.changes += places.length
      await index.upsert(
        Uint32Array.from(places, ({ slot }) => slot),
        vectors,
      )
    }
  }
}

/** Two vectors of one video are the same from this cosine on: the index rounds them. */
const sameCosine = 0.999
const takenAtOnce = 512
const retryMs = 1_000
