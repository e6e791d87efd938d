import { setTimeout as wait } from 'node:timers/promises'
import type { Benchmark, RunOptions } from '../benchmark.ts'
import { addVideos } from '../load/catalog-load.ts'
import { batchesOf, sendEvents } from '../load/event-load.ts'
import { askForFeeds } from '../load/feed-load.ts'
import { whole } from '../load/random.ts'
import { syntheticPerson, syntheticWatches } from '../load/synthetic.ts'
import { percentile } from '../percentile.ts'
import { profileFile } from '../profile.ts'
import { withFolder } from '../sample.ts'
import { resultOf } from '../server/child.ts'
import { ServerProcess } from '../server/server-process.ts'

const sizes = { small: 100_000, large: 1_000_000, events: 300_000, people: 10_000, active: 50_000, warmUp: 2_000, pages: 1_500 }
const quickSizes: typeof sizes = { small: 500, large: 2_000, events: 2_000, people: 50, active: 300, warmUp: 50, pages: 40 }
/** Of as many rounds the median counts: one that something else on the machine disturbed says nothing. */
const rounds = 5
/** What was saved behind is on disk by then. */
const settleMs = 4_000

export const scale: Benchmark = {
  name: 'scale',
  about: 'a million synthetic videos: feed p99 against that at 100,000, and memory a video',
  run: (options) =>
    withFolder(async (dataDir) => {
      const size = options.quick ? quickSizes : sizes
      const server = await ServerProcess.start({ dataDir })
      const { address } = server
      options.say(`adding ${size.small} videos`)
      await addVideos(address, 0, size.small, size.large)
      options.say(`sending ${size.events} events`)
      await sendEvents(address, batchesOf(syntheticWatches(size.events, size.people, size.active)))
      const small = await feedTimes(server, size, options)
      options.say(`adding ${size.large - size.small} videos more`)
      await addVideos(address, size.small, size.large, size.large)
      const large = await server.profiled(profileFile(options.profileTo, 'scale'), () => feedTimes(server, size, options))
      const { residentBytes } = await server.ask('memory')
      await server.stop()
      options.say('measuring the memory of a video')
      const { bytesAVideo } = await resultOf<{ bytesAVideo: number }>(new URL('../memory/videos.ts', import.meta.url), [size.large])
      return [
        { name: `feed p99 at ${size.small} videos`, value: small.p99, unit: 'ms' },
        {
          name: `feed p99 at ${size.large} videos`,
          value: large.p99,
          unit: 'ms',
          limit: { most: 1.2 * small.p99 },
          note: 'the limit is 20 % over the one before; medians of 5 rounds',
        },
        { name: `feed p50 at ${size.small} videos`, value: small.p50, unit: 'ms' },
        { name: `feed p50 at ${size.large} videos`, value: large.p50, unit: 'ms' },
        {
          name: `memory a video at ${size.large}`,
          value: bytesAVideo,
          unit: 'bytes',
          limit: { most: 250 },
          note: 'columns, ids and counters; 3 % of the videos active in the last week',
        },
        { name: `resident at ${size.large} videos`, value: residentBytes / 2 ** 20, unit: 'MiB' },
      ]
    }),
}

async function feedTimes(
  { address }: ServerProcess,
  size: typeof sizes,
  { quick, say }: RunOptions,
): Promise<{ p50: number; p99: number }> {
  await wait(quick ? 0 : settleMs)
  const person = () => syntheticPerson(whole(size.people))
  say('asking for feeds')
  await askForFeeds({ address, clients: 1, pages: size.warmUp, person })
  const p50: number[] = []
  const p99: number[] = []
  for (let round = 0; round < rounds; round++) {
    const { ms } = await askForFeeds({ address, clients: 1, pages: size.pages, person })
    p50.push(percentile(ms, 0.5))
    p99.push(percentile(ms, 0.99))
  }
  return { p50: percentile(p50, 0.5), p99: percentile(p99, 0.5) }
}
