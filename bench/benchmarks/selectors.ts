import { Catalog } from '../../server/src/catalog/catalog.ts'
import { columns, type FeedQuery } from '../../server/src/feed/feed-pipeline.ts'
import { diversity } from '../../server/src/feed/selectors/diversity.ts'
import { Video } from '../../server/src/generated/vireo/v1/catalog.ts'
import { Candidates } from '../../server/src/pipeline/candidates.ts'
import { seededRandom } from '../../server/src/random.ts'
import type { Benchmark, Figure } from '../benchmark.ts'
import { percentile } from '../percentile.ts'

const videos = 10_000
const clusters = 40
const width = 128
const quickPages = 200
const pages = 5_000

export const selectors: Benchmark = {
  name: 'selectors',
  about: 'a page chosen by diversity, what it cost and won included, by vectors in clusters',
  run: async ({ quick, say }) => {
    const sizes = [
      { candidates: 150, count: 10, most: 0.5 },
      { candidates: 340, count: 50, most: undefined },
    ]
    const catalog = new Catalog({ get: () => undefined, put: () => undefined })
    const random = seededRandom(1, 2, 3, 4)
    for (let n = 0; n < videos; n++) {
      const creatorId = `c${Math.floor(random() ** 2 * videos)}`
      catalog.take(Video.create({ videoId: `v${n}`, creatorId, categories: [{ name: `k${n % clusters}`, confidence: 1, source: '' }] }))
    }
    const model = { index: { vectors: clustered(random) } } as unknown as FeedQuery['model']
    return sizes.map(({ candidates: size, count, most }): Figure => {
      say(`${quick ? quickPages : pages} pages of ${count} out of ${size}`)
      const selector = diversity({ catalog })
      const took: number[] = []
      const candidates = new Candidates(size, columns)
      for (let page = 0; page < (quick ? quickPages : pages); page++) {
        candidates.clear()
        // A person likes a few kinds of videos.
        while (candidates.count < size) {
          const kind = (page + Math.floor(random() ** 2 * 8)) % clusters
          candidates.add(kind + clusters * Math.floor(random() * (videos / clusters)), 0)
        }
        const ranked = Array.from({ length: size }, (_, row) => row)
        const recent = Array.from({ length: 7 }, () => Math.floor(random() * videos))
        const query = { count, recent, model, settings: { diversityStrength: 2 } } as unknown as FeedQuery
        const started = performance.now()
        selector.select(query, candidates, ranked, [])
        took.push(performance.now() - started)
      }
      const name = `a page of ${count} out of ${size}, p50`
      return { name, value: percentile(took.slice(took.length / 5), 0.5), unit: 'ms', ...(most !== undefined && { limit: { most } }) }
    })
  },
}

/** Unit vectors around the centre of their cluster, with cosines within it of about 0.5. */
function clustered(random: () => number) {
  const gaussian = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const centres = Float32Array.from({ length: clusters * width }, gaussian)
  const vectors = Float32Array.from({ length: videos * width }, (_, at) => {
    const video = Math.floor(at / width)
    return centres[(video % clusters) * width + (at % width)]! + gaussian()
  })
  for (let from = 0; from < vectors.length; from += width) {
    let squares = 0
    for (let at = from; at < from + width; at++) squares += vectors[at]! ** 2
    for (let at = from; at < from + width; at++) vectors[at]! /= Math.sqrt(squares)
  }
  const similarity = (item: number, other: number) => {
    let sum = 0
    for (let at = 0; at < width; at++) sum += vectors[item * width + at]! * vectors[other * width + at]!
    return sum
  }
  return { width, has: () => true, similarity }
}
