import type { Benchmark, Figure } from '../benchmark.ts'
import { batchesOf, eventsOf, sendEvents } from '../load/event-load.ts'
import { askForFeeds, type FeedTimes } from '../load/feed-load.ts'
import { pauseFigures } from '../pauses.ts'
import { percentile } from '../percentile.ts'
import { profileFile } from '../profile.ts'
import { withSample } from '../sample.ts'
import { ServerProcess } from '../server/server-process.ts'

export const feed: Benchmark = {
  name: 'feed',
  about: 'feeds of 10 from the sample over gRPC, computed for the request, slate logged; pauses of the event loop meanwhile',
  run: ({ quick, profileTo, say }) =>
    withSample(say, async (dataDir) => {
      const [warmUp, alone, together] = quick ? [200, 200, 400] : [3_000, 4_000, 15_000]
      const server = await ServerProcess.start({ dataDir })
      const { address } = server
      say('warming up')
      await askForFeeds({ address, clients: 16, pages: warmUp })
      say('one client')
      const one = await server.profiled(profileFile(profileTo, 'feed-1'), () => askForFeeds({ address, clients: 1, pages: alone }))
      say('16 clients')
      await server.ask('watchLoop')
      const before = await server.ask('processorTime')
      const sixteen = await server.profiled(profileFile(profileTo, 'feed-16'), () => askForFeeds({ address, clients: 16, pages: together }))
      const processorTime = (await server.ask('processorTime')) - before
      const pauses = await server.ask('loopPauses')
      const mixed = await pausesWithEvents(server, quick)
      const { residentBytes } = await server.ask('memory')
      await server.stop()
      return [
        ...timesOf(one, 'one client', { p50: 2, p99: 6 }),
        { name: '16 clients', value: sixteen.perSecond, unit: 'feeds/s', limit: { least: 1_500 } },
        ...timesOf(sixteen, '16 clients'),
        { name: 'processor time a feed, 16 clients, all threads', value: (processorTime * 1e6) / together, unit: 'µs' },
        ...pauseFigures(pauses, 'feeds'),
        ...mixed,
        { name: 'memory after the load', value: residentBytes / 2 ** 20, unit: 'MiB' },
      ]
    }),
}

function timesOf({ ms }: FeedTimes, name: string, limits?: { p50: number; p99: number }): Figure[] {
  return [
    { name: `${name}, p50`, value: percentile(ms, 0.5), unit: 'ms', ...(limits && { limit: { most: limits.p50 } }) },
    { name: `${name}, p99`, value: percentile(ms, 0.99), unit: 'ms', ...(limits && { limit: { most: limits.p99 } }) },
  ]
}

/** As in an app: people ask for pages while what they did with the pages before comes in. */
async function pausesWithEvents(server: ServerProcess, quick: boolean): Promise<Figure[]> {
  const { address } = server
  const pages = quick ? 200 : 4_000
  const events: Parameters<typeof batchesOf>[0][number][] = []
  await askForFeeds({ address, clients: 16, pages, onPage: (page, person) => events.push(...eventsOf(page, person)) })
  await server.ask('watchLoop')
  await Promise.all([askForFeeds({ address, clients: 16, pages }), sendEvents(address, batchesOf(events))])
  return pauseFigures(await server.ask('loopPauses'), 'feeds and events')
}
