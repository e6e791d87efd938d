import type { Benchmark } from '../benchmark.ts'
import type { MeasuredIndex } from '../index/measure.ts'
import { percentile } from '../percentile.ts'
import { resultOf } from '../server/child.ts'

const sizes = { vectors: 100_000, queries: 200, uploads: 2_000 }
const fullSizes: typeof sizes = { ...sizes, vectors: 1_000_000 }
const quickSizes: typeof sizes = { vectors: 3_000, queries: 10, uploads: 50 }
const mostCompared = 200_000_000

export const index: Benchmark = {
  name: 'index',
  about: 'the index of vectors: building, searching, and finding what was just uploaded',
  run: async ({ full, quick, say }) => {
    const size = quick ? quickSizes : full ? fullSizes : sizes
    const vectors = Number(process.env.VIREO_BENCH_VIDEOS ?? size.vectors)
    const { uploads } = size
    // Each is compared with all vectors.
    const queries = Math.min(size.queries, Math.ceil(mostCompared / vectors))
    say(`building an index of ${vectors} vectors, then ${queries} searches and ${uploads} uploads`)
    const measured = await resultOf<MeasuredIndex>(new URL('../index/measure.ts', import.meta.url), [vectors, queries, uploads])
    const of = `${vectors} vectors of 128 numbers in clusters`
    const atLeast = { least: 0.98 }
    return [
      { name: 'vectors added', value: measured.vectorsASecond, unit: 'vectors/s', note: of },
      { name: 'memory a vector', value: measured.bytesAVector, unit: 'bytes', limit: { most: 450 }, note: 'all in' },
      { name: 'recall of the nearest 1,000', value: measured.recall, unit: '', limit: atLeast, note: 'by float32' },
      { name: 'recall of the nearest 1,000, by 8 bits', value: measured.recallOfRounded, unit: '', note: 'without what rounding costs' },
      { name: 'recall of the nearest 100', value: measured.recallOfFew, unit: '', note: 'by float32' },
      { name: 'recall of the nearest 1,000 after a tenth was replaced', value: measured.recallAfterReplacing, unit: '', limit: atLeast },
      { name: 'search for 1,000, p50', value: percentile(measured.searchMs, 0.5), unit: 'ms', limit: { most: 3 } },
      { name: 'search for 1,000, p99', value: percentile(measured.searchMs, 0.99), unit: 'ms' },
      { name: 'search for 1,000, processor time', value: measured.searchCpuMs, unit: 'ms', note: 'of all threads' },
      { name: "a feed's searches, processor time", value: measured.feedCpuMs, unit: 'ms', note: 'one for 1,050, three for 100' },
      { name: 'search for 1,000 under 100 uploads/s, p99', value: percentile(measured.searchMsUnderUploads, 0.99), unit: 'ms' },
      {
        name: 'upload to found, p99',
        value: percentile(measured.foundMs, 0.99),
        unit: 'ms',
        limit: { most: 1_000 },
        note: '100 uploads/s',
      },
      { name: 'snapshot written', value: measured.saveMs, unit: 'ms' },
      { name: 'snapshot opened', value: measured.openMs, unit: 'ms' },
    ]
  },
}
