import { setTimeout as wait } from 'node:timers/promises'
import { SearchVideosRequest, type SearchVideosResponse, VideoOrder } from '../../server/src/generated/vireo/v1/console_video.ts'
import type { Benchmark } from '../benchmark.ts'
import { addVideos } from '../load/catalog-load.ts'
import { call, consoleClient } from '../load/clients.ts'
import { whole } from '../load/random.ts'
import { categoryOf, titleWord, videoId } from '../load/synthetic.ts'
import { pauseFigures } from '../pauses.ts'
import { percentile } from '../percentile.ts'
import { withFolder } from '../sample.ts'
import { ServerProcess } from '../server/server-process.ts'

type Search = Parameters<typeof SearchVideosRequest.fromPartial>[0]

/** What operators look for. */
const kinds: Readonly<Record<string, (videos: number) => Search>> = {
  'the beginning of an id': (videos) => ({ query: videoId(whole(videos)).slice(0, 8 + whole(11)) }),
  'two words of a title': () => ({ query: `${titleWord()} ${titleWord()}` }),
  'the beginning of a word': () => ({ query: titleWord().slice(0, 3 + whole(3)) }),
  'a word in every title': () => ({ query: 'synthetic' }),
  'the most watched of a category': (videos) => ({ category: categoryOf(whole(videos)), order: VideoOrder.VIDEO_ORDER_MOST_WATCHED }),
  'the newest of all': () => ({}),
}

/** What was saved behind is on disk by then. */
const settleMs = 4_000

export const search: Benchmark = {
  name: 'search',
  about: "the console's search over a million synthetic videos: by ids, words of titles, beginnings of words, categories",
  run: ({ quick, say }) =>
    withFolder(async (dataDir) => {
      const videos = quick ? 2_000 : 1_000_000
      const searches = quick ? 10 : 200
      const server = await ServerProcess.start({ dataDir })
      say(`adding ${videos} videos`)
      await addVideos(server.address, 0, videos, videos)
      await wait(quick ? 0 : settleMs)
      const client = consoleClient(server.address)
      const timed = async (request: Search) => {
        const started = performance.now()
        await call<SearchVideosRequest, SearchVideosResponse>(client, client.searchVideos, SearchVideosRequest.fromPartial(request))
        return performance.now() - started
      }
      say('searching')
      for (const wanted of Object.values(kinds)) for (let n = 0; n < searches / 10; n++) await timed(wanted(videos))
      await server.ask('watchLoop')
      const before = await server.ask('processorTime')
      const times = new Map<string, number[]>()
      // In turn, so that all of them meet what else the machine does.
      for (let n = 0; n < searches; n++) {
        for (const [kind, wanted] of Object.entries(kinds)) times.set(kind, [...(times.get(kind) ?? []), await timed(wanted(videos))])
      }
      const processorS = (await server.ask('processorTime')) - before
      const pauses = await server.ask('loopPauses')
      client.close()
      await server.stop()
      const all = [...times.values()].flat()
      return [
        { name: `search over ${videos} videos, p50`, value: percentile(all, 0.5), unit: 'ms' },
        {
          name: `search over ${videos} videos, p99`,
          value: percentile(all, 0.99),
          unit: 'ms',
          limit: { most: 50 },
          note: `of ${all.length}`,
        },
        { name: 'a search, processor time', value: (processorS * 1_000) / all.length, unit: 'ms' },
        ...Array.from(times, ([kind, ms]) => ({ name: `${kind}, p99`, value: percentile(ms, 0.99), unit: 'ms' })),
        ...pauseFigures(pauses, 'searches'),
      ]
    }),
}
