import { globSync } from 'node:fs'
import { join } from 'node:path'
import type { Benchmark } from '../benchmark.ts'
import { percentile } from '../percentile.ts'
import type { Ranked } from '../ranker/compute.ts'
import { repository } from '../sample.ts'
import { resultOf } from '../server/child.ts'

export const ranker: Benchmark = {
  name: 'ranker',
  about: 'the full model over the candidates of a request, in a thread of its own, by the model that the repository keeps',
  run: async ({ quick, say }) => {
    const [file] = globSync(join(repository, 'models/feed/*/ranker.int8.onnx')) as [string]
    const [videos, requests] = quick ? [100, 50] : [1_000, 1_000]
    say(`${requests} requests for ${videos} candidates, thrice`)
    const script = new URL('../ranker/compute.ts', import.meta.url)
    const { directMs, overheadMs, pauseMs, rankedMs, requestsPerSecond } = await resultOf<Ranked>(script, [file, videos, requests])
    const note = 'int8; the thread and who asks it share the core'
    return [
      { name: `${videos} candidates ranked, p50`, value: percentile(rankedMs, 0.5), unit: 'ms', note },
      { name: `${videos} candidates ranked, p99`, value: percentile(rankedMs, 0.99), unit: 'ms' },
      { name: `${videos} candidates ranked by the asking thread, p50`, value: percentile(directMs, 0.5), unit: 'ms' },
      { name: 'cost of the way to the thread and back, p50', value: percentile(overheadMs, 0.5), unit: 'ms', limit: { most: 0.3 } },
      { name: 'requests by one thread, others always waiting', value: requestsPerSecond, unit: 'requests/s' },
      { name: 'pause of the event loop meanwhile, p99', value: pauseMs.p99, unit: 'ms', limit: { most: 5 } },
      { name: 'pause of the event loop meanwhile, p99.9', value: pauseMs.p999, unit: 'ms' },
      { name: 'pause of the event loop meanwhile, longest', value: pauseMs.longest, unit: 'ms' },
    ]
  },
}
