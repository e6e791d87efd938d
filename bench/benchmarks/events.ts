import type { UserVideoEvent } from '../../server/src/generated/vireo/v1/events.ts'
import type { Benchmark } from '../benchmark.ts'
import { batchesOf, eventsOf, sendEvents } from '../load/event-load.ts'
import { askForFeeds } from '../load/feed-load.ts'
import { pauseFigures } from '../pauses.ts'
import { profileFile } from '../profile.ts'
import { withSample } from '../sample.ts'
import { ServerProcess } from '../server/server-process.ts'

export const events: Benchmark = {
  name: 'events',
  about: 'durable events in batches of 100 over gRPC, from one client with 8 batches in flight',
  run: ({ quick, profileTo, say }) =>
    withSample(say, async (dataDir) => {
      const server = await ServerProcess.start({ dataDir })
      const { address } = server
      say('asking for the pages that the events are about')
      const events: UserVideoEvent[] = []
      const pages = quick ? 100 : 10_000
      await askForFeeds({ address, clients: 16, pages, onPage: (page, person) => events.push(...eventsOf(page, person)) })
      const batches = batchesOf(events)
      const warmUp = Math.floor(batches.length / 5)
      say('sending events')
      await sendEvents(address, batches.slice(0, warmUp))
      await server.ask('watchLoop')
      const perSecond = await server.profiled(profileFile(profileTo, 'events'), () => sendEvents(address, batches.slice(warmUp)))
      const pauses = await server.ask('loopPauses')
      await server.stop()
      const note = 'each with the tracking token of the page it is about'
      return [
        { name: 'durable events', value: perSecond, unit: 'events/s', limit: { least: 30_000 }, note },
        ...pauseFigures(pauses, 'events'),
      ]
    }),
}
