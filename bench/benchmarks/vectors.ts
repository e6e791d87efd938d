import type { Benchmark } from '../benchmark.ts'
import { percentile } from '../percentile.ts'
import { resultOf } from '../server/child.ts'
import type { Made } from '../vectors/make.ts'

const sizes = { records: 400_000, videos: 10_000, people: 5_000, candidates: 1_000, requests: 500 }
const quickSizes: typeof sizes = { records: 5_000, videos: 500, people: 100, candidates: 100, requests: 20 }

const logNote = 'the whole record, the side of the person and ids included'

export const vectors: Benchmark = {
  name: 'vectors',
  about: 'all features of the candidates of a request, while counts go on changing',
  run: async ({ quick, say }) => {
    const { candidates, people, records, requests, videos } = quick ? quickSizes : sizes
    say(`counting ${records} records, then ${requests} requests for ${candidates} candidates`)
    const script = new URL('../vectors/make.ts', import.meta.url)
    const { gatherMs, numbers, recordBytes, recordMs, vectorsMs } = await resultOf<Made>(script, [
      records,
      videos,
      people,
      candidates,
      requests,
    ])
    const note = `${numbers} numbers a candidate; 100 events and pages since the request before`
    return [
      { name: `vectors of ${candidates} candidates, p50`, value: percentile(vectorsMs, 0.5), unit: 'ms', limit: { most: 1 }, note },
      { name: `vectors of ${candidates} candidates, p99`, value: percentile(vectorsMs, 0.99), unit: 'ms' },
      { name: `packed rows of ${candidates} videos gathered, p50`, value: percentile(gatherMs, 0.5), unit: 'ms', limit: { most: 0.3 } },
      {
        name: 'log of a page of 10, a candidate, p50',
        value: percentile(recordBytes, 0.5),
        unit: 'bytes',
        limit: { most: 300 },
        note: logNote,
      },
      { name: 'written for the log, a page of 10, p50', value: percentile(recordMs, 0.5), unit: 'ms' },
    ]
  },
}
