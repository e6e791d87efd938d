import { monitorEventLoopDelay } from 'node:perf_hooks'
import { onnxRuntime } from '../../server/src/adapters/embedded/onnx-runtime.ts'
import { openRankerPool } from '../../server/src/adapters/embedded/ranker-pool.ts'
import { sharedInputs } from '../../server/src/ports/ranker.ts'
import { seededRandom } from '../../server/src/random.ts'

// What a request costs by a ranker of one thread, and on this thread without one. Arguments: the graph, videos, requests.
const [file, ...sizes] = process.argv.slice(2) as [string, string, string]
const [videos, requests] = sizes.map(Number) as [number, number]

export interface Ranked {
  /** Of each request, in ms, asked one after the other; in rounds with the same without a ranker. */
  readonly rankedMs: readonly number[]
  /** What of that was not computing, in ms. */
  readonly overheadMs: readonly number[]
  readonly directMs: readonly number[]
  /** With more requests waiting all the time. */
  readonly requestsPerSecond: number
  /** How long the event loop stood still meanwhile, in ms. */
  readonly pauseMs: { readonly p99: number; readonly p999: number; readonly longest: number }
}

const resolutionMs = 1
const waiting = 8
const warmUpRequests = 20
const rounds = 5

const graph = await onnxRuntime.open(file)
let computedMs = 0
const meter = { waited: () => undefined, computed: (ms: number) => (computedMs = ms), lost: () => undefined }
const ranker = await openRankerPool({ file, workers: 1, maxWaiting: waiting, hungMs: 10_000, warmUpVideos: videos, meter })

const random = seededRandom(1, 2, 3, 4)
const inputs = sharedInputs(graph.inputs, videos)
for (const { type, values } of Object.values(inputs)) {
  if (type === 'float32') for (let at = 0; at < values.length; at++) values[at] = 100 * random()
}
const signal = new AbortController().signal
const rank = () => ranker.rank(inputs, signal)

async function timed(compute: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await compute()
  return performance.now() - started
}

for (let request = 0; request < warmUpRequests; request++) await graph.run(inputs)
const rankedMs: number[] = []
const overheadMs: number[] = []
const directMs: number[] = []
for (let round = 0; round < rounds; round++) {
  for (let request = 0; request < requests / rounds; request++) directMs.push(await timed(() => graph.run(inputs)))
  for (let request = 0; request < requests / rounds; request++) {
    rankedMs.push(await timed(rank))
    overheadMs.push(rankedMs.at(-1)! - computedMs)
  }
}
await graph.close()

const loop = monitorEventLoopDelay({ resolution: resolutionMs })
let left = requests
const askAgain = async () => {
  while (left-- > 0) await rank()
}
loop.enable()
const saturatedMs = await timed(() => Promise.all(Array.from({ length: waiting }, askAgain)))
loop.disable()
await ranker.close()

const pause = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolutionMs)
process.send!({
  rankedMs,
  overheadMs,
  directMs,
  requestsPerSecond: requests / (saturatedMs / 1_000),
  pauseMs: { p99: pause(loop.percentile(99)), p999: pause(loop.percentile(99.9)), longest: pause(loop.max) },
} satisfies Ranked)
