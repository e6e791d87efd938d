import type { UserVideoEvent } from '../../server/src/generated/vireo/v1/events.ts'
import type { Benchmark } from '../benchmark.ts'
import { batchesOf, eventsOf, sendEvents } from '../load/event-load.ts'
import { askForFeeds } from '../load/feed-load.ts'
import { withSample } from '../sample.ts'
import { ServerProcess } from '../server/server-process.ts'

const limit = { most: 5_000 }

export const start: Benchmark = {
  name: 'start',
  about: 'from the start of the process to open doors, with the sample: after an orderly end, and after kill -9 under load',
  run: ({ quick, say }) =>
    withSample(say, async (dataDir) => {
      const clean: number[] = []
      const killed: number[] = []
      let server = await ServerProcess.start({ dataDir })
      for (let round = 0; round < (quick ? 1 : 3); round++) {
        say(`round ${round + 1}`)
        await server.stop()
        server = await ServerProcess.start({ dataDir })
        clean.push(server.readyAfterMs)
        await load(server.address, quick ? 200 : 4_000)
        await server.kill()
        server = await ServerProcess.start({ dataDir })
        killed.push(server.readyAfterMs)
      }
      await server.stop()
      const note = `the longest of ${clean.length}`
      return [
        { name: 'ready after an orderly end', value: Math.max(...clean), unit: 'ms', limit, note },
        { name: 'ready after kill -9', value: Math.max(...killed), unit: 'ms', limit, note },
      ]
    }),
}

/** Ends in the middle of events, so that there is a log to read again. */
async function load(address: string, pages: number): Promise<void> {
  const events: UserVideoEvent[] = []
  await askForFeeds({ address, clients: 16, pages, onPage: (page, person) => events.push(...eventsOf(page, person)) })
  await sendEvents(address, batchesOf(events))
}
