import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { openVectorIndex } from '../../adapters/embedded/vector-index.ts'
import { Catalog } from '../../catalog/catalog.ts'
import { Video, VideoState } from '../../generated/vireo/v1/catalog.ts'
import type { Graph, Tensor } from '../../ports/graph-runtime.ts'
import type { Hashing } from '../manifest.ts'
import { TrainedVideos } from '../trained-videos.ts'
import { ModelRows, VideoRows } from './model-rows.ts'
import { type EmbedderParts, VideoEmbedder } from './video-embedder.ts'

const one = { size: 32, seeds: [1] as [number] }
const hashing: Hashing = {
  algorithm: 'cyrb53-low32',
  tables: { videos: { size: 32, seeds: [1, 2] }, creators: one, audios: one, categories: one, words: one, surfaces: one, devices: one },
}

const lengthsOf = ({ lengths_ms }: Record<string, Tensor>) => (lengths_ms as Tensor & { type: 'float32' }).values
const none = { ids: [], width: 2, values: new Float16Array() }

/** Turns by the length, and reads its inputs a turn after it was asked, as the runtime does. */
const tower: Graph = {
  inputs: [],
  outputs: [],
  async run(inputs) {
    await nextTurn()
    const lengths = lengthsOf(inputs)
    const values = Float32Array.from([...lengths].flatMap((length) => [Math.cos(length / 1_000), Math.sin(length / 1_000)]))
    return { vectors: { type: 'float32', shape: [lengths.length, 2], values } }
  },
  close: async () => undefined,
}

/** A catalogue with videos whose lengths tell their vectors, and an embedder that keeps an index in step with it. */
async function started(
  t: TestContext,
  { run = tower.run, onError = assert.ifError }: Partial<Pick<Graph, 'run'> & Pick<EmbedderParts, 'onError'>> = {},
) {
  const texts = new Map<string, Video>()
  const catalog = new Catalog({ get: (id) => texts.get(id), put: (id, video) => void texts.set(id, video) })
  const put = (n: number, lengthMs = 1 + 10 * n) =>
    catalog.put(Video.create({ videoId: `v${n}`, lengthMs, state: VideoState.VIDEO_STATE_CLEARED }))
  const index = await openVectorIndex({ width: 2 })
  const videoRows = new VideoRows(catalog.ids, new TrainedVideos(new BigUint64Array()), hashing.tables.videos)
  const rows = new ModelRows(catalog, hashing)
  const embedder = new VideoEmbedder({ catalog, rows, videoRows, tower: { ...tower, run }, index, embeddingWidth: 0, onError })
  catalog.observers.push(embedder)
  t.after(async () => {
    await embedder.close()
    await index.close()
  })
  return { put, index, embedder }
}

test('videos that come while the index is filled get their own vectors, and so do those before them', async (t) => {
  const { put, index, embedder } = await started(t)
  for (let n = 0; n < 300; n++) put(n)
  const filling = embedder.fill(none, new AbortController().signal)
  for (let n = 300; n < 500; n++) {
    put(n)
    if (n % 20 === 0) await nextTurn()
  }
  await filling
  while (index.size < 500) await nextTurn()
  for (let slot = 0; slot < 500; slot++) {
    const angle = (1 + 10 * slot) / 1_000
    assert.ok(index.vectors.dot(Float32Array.of(Math.cos(angle), Math.sin(angle)), slot) > 0.99, `v${slot}`)
  }
})

test('a video that the tower fails on holds up no other', async (t) => {
  const failures: unknown[] = []
  const { put, index } = await started(t, {
    run: (inputs) => (lengthsOf(inputs).includes(77) ? Promise.reject(new Error('broken for a test')) : tower.run(inputs)),
    onError: (error) => failures.push(error),
  })
  put(0, 77)
  for (let n = 1; n < 300; n++) put(n)
  while (index.size < 299) await nextTurn()
  assert.ok(failures.length > 0 && !index.vectors.has(0))
})

test('a video whose new facts have no vector is not found by its old one', async (t) => {
  const { put, index, embedder } = await started(t, {
    async run(inputs) {
      const { vectors } = await tower.run(inputs)
      if (lengthsOf(inputs).includes(77)) (vectors as Tensor & { type: 'float32' }).values.fill(Number.NaN)
      return { vectors: vectors! }
    },
  })
  put(0)
  put(1)
  while (index.size < 2) await nextTurn()
  put(0, 77)
  while (index.size === 2) await nextTurn()
  assert.deepEqual([index.vectors.has(0), index.vectors.has(1), embedder.withoutVector], [false, true, 1])
})
