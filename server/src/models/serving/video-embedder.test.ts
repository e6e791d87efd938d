import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { openVectorIndex } from '../../adapters/embedded/vector-index.ts'
import { Catalog } from '../../catalog/catalog.ts'
import { Video, VideoState } from '../../generated/vireo/v1/catalog.ts'
import type { Graph, Tensor } from '../../ports/graph-runtime.ts'
import type { Hashing } from '../manifest.ts'
import { TrainedVideos } from '../trained-videos.ts'
import { KnownVideos, ModelRows } from './model-rows.ts'
import { VideoEmbedder } from './video-embedder.ts'

const one = { size: 32, seeds: [1] as [number] }
const hashing: Hashing = {
  algorithm: 'cyrb53-low32',
  tables: { videos: { size: 32, seeds: [1, 2] }, creators: one, audios: one, categories: one, words: one, surfaces: one, devices: one },
}

/** Turns by the length, and reads its inputs a turn after it was asked, as the runtime does. */
const tower: Graph = {
  inputs: [],
  outputs: [],
  async run({ lengths_ms }) {
    await nextTurn()
    const lengths = (lengths_ms as Tensor & { type: 'float32' }).values
    const values = Float32Array.from([...lengths].flatMap((length) => [Math.cos(length / 1_000), Math.sin(length / 1_000)]))
    return { vectors: { type: 'float32', shape: [lengths.length, 2], values } }
  },
  close: async () => undefined,
}

test('videos that come while the index is filled get their own vectors, and so do those before them', async (t) => {
  const texts = new Map<string, Video>()
  const catalog = new Catalog({ get: (id) => texts.get(id), put: (id, video) => void texts.set(id, video) })
  const put = (n: number) => catalog.put(Video.create({ videoId: `v${n}`, lengthMs: 1 + 10 * n, state: VideoState.VIDEO_STATE_CLEARED }))
  for (let n = 0; n < 300; n++) put(n)
  const index = await openVectorIndex({ width: 2 })
  t.after(() => index.close())
  const known = new KnownVideos(catalog.ids, new TrainedVideos(new BigUint64Array()))
  const rows = new ModelRows(catalog, hashing)
  const embedder = new VideoEmbedder({ catalog, rows, known, tower, index, embeddingWidth: 0, onError: assert.ifError })
  catalog.observers.push(embedder)
  const filling = embedder.fill({ ids: [], width: 2, values: new Float16Array() }, new AbortController().signal)
  for (let n = 300; n < 500; n++) {
    put(n)
    if (n % 20 === 0) await nextTurn()
  }
  await filling
  while (index.size < 500) await nextTurn()
  await embedder.close()
  for (let slot = 0; slot < 500; slot++) {
    const angle = (1 + 10 * slot) / 1_000
    assert.ok(index.vectors.dot(Float32Array.of(Math.cos(angle), Math.sin(angle)), slot) > 0.99, `v${slot}`)
  }
})
