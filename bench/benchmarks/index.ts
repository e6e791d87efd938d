import type { Benchmark } from '../benchmark.ts'
import type { MeasuredIndex } from '../index/measure.ts'
import { percentile } from '../percentile.ts'
import { resultOf } from '../server/child.ts'

const sizes = { vectors: 100_000, queries: 200, uploads: 2_000 }
const fullSizes: typeof sizes = { ...sizes, vectors: 1_000_000 }
const quickSizes: typeof sizes = { vectors: 3_000, queries: 10, uploads: 50 }

export const index: Benchmark = {
  name: 'index',
  about: 'the index of vectors: building, searching, and finding what was just uploaded',
  run: async ({ full, quick, say }) => {
    const { queries, uploads, vectors } = quick ? quickSizes : full ? fullSizes : sizes
    say(`building an index of ${vectors} vectors, then ${queries} searches and ${uploads} uploads`)
    const measured = await resultOf<MeasuredIndex>(new URL('../index/measure.ts', import.meta.url), [vectors, queries, uploads])
    const { bytesAVector, foundMs, openMs, recall, recallAfterReplacing, saveMs, searchMs, searchMsUnderUploads, vectorsASecond } = measured
    const of = `${vectors} vectors of 128 numbers in clusters`
    return [
      { name: 'vectors added', value: vectorsASecond, unit: 'vectors/s', note: of },
      { name: 'memory a vector', value: bytesAVector, unit: 'bytes', limit: { most: 450 }, note: 'graph, vectors and their numbers' },
      { name: 'recall of the nearest 1,000', value: recall, unit: '', limit: { least: 0.98 }, note: 'by float32' },
      { name: 'recall after a tenth was replaced', value: recallAfterReplacing, unit: '', limit: { least: 0.98 } },
      { name: 'search for 1,000, p50', value: percentile(searchMs, 0.5), unit: 'ms', limit: { most: 3 } },
      { name: 'search for 1,000, p99', value: percentile(searchMs, 0.99), unit: 'ms' },
      { name: 'search for 1,000 under 100 uploads/s, p99', value: percentile(searchMsUnderUploads, 0.99), unit: 'ms' },
      { name: 'upload to found, p99', value: percentile(foundMs, 0.99), unit: 'ms', limit: { most: 1_000 }, note: '100 uploads/s' },
      { name: 'snapshot written', value: saveMs, unit: 'ms' },
      { name: 'snapshot opened', value: openMs, unit: 'ms' },
    ]
  },
}
