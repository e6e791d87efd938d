import { join } from 'node:path'
import type { Benchmark, Figure } from '../benchmark.ts'
import { type Alone, alone, aloneAt, byStage } from '../funnel/alone.ts'
import { makeSyntheticModel } from '../funnel/artifact.ts'
import { arrivals, arrivalsBySaturation, arrivalsWithHangs, saturated } from '../funnel/loads.ts'
import { fillCatalog, withFunnel } from '../funnel/server.ts'
import { whole } from '../load/random.ts'
import { syntheticPerson } from '../load/synthetic.ts'
import { profileFile } from '../profile.ts'
import { withFolder } from '../sample.ts'

const videos = Number(process.env.VIREO_BENCH_VIDEOS ?? 1_000_000)
const small = Math.min(100_000, Math.round(videos / 10))
const sizes = {
  small,
  large: videos,
  watched: { events: 100_000, people: 2_000, active: Math.min(20_000, small) },
  warmUp: 500,
  pages: 500,
  saturatedPages: 3_000,
  perSecond: 80,
  seconds: 30,
}
/** Of what the server can do: asked for at these, too. */
const shares = [0.75, 1.25]
const quickSizes: typeof sizes = {
  small: 1_500,
  large: 3_000,
  watched: { events: 2_000, people: 50, active: 300 },
  warmUp: 20,
  pages: 20,
  saturatedPages: 100,
  perSecond: 10,
  seconds: 3,
}

export const funnel: Benchmark = {
  name: 'funnel',
  about:
    'the whole feed with a model at 100,000 and a million synthetic videos: index, stages, alone, saturated, as people come, ranker hung',
  run: (options) =>
    withFolder(async (folder) => {
      const size = options.quick ? quickSizes : sizes
      const { large, small, watched } = size
      const person = () => syntheticPerson(whole(watched.people))
      const [dataDir, registry] = [join(folder, 'data'), join(folder, 'models')]
      makeSyntheticModel(registry, large)
      options.say(`adding ${small} videos and ${watched.events} watches`)
      await fillCatalog(dataDir, 0, small, large, watched)
      options.say('making their vectors, then asking alone')
      const before = await withFunnel(dataDir, registry, (server) => alone(server, { ...size, person }))
      options.say(`adding ${large - small} videos more`)
      await fillCatalog(dataDir, small, large, large)
      options.say('making their vectors, then asking alone')
      return await withFunnel(dataDir, registry, async (server) => {
        const after = await alone(server, { ...size, person })
        options.say('asking all the time')
        const busy = await server.profiled(profileFile(options.profileTo, 'funnel'), () =>
          saturated(server, { pages: size.saturatedPages, person }),
        )
        options.say('asking as people come')
        const coming = await arrivals(server, { ...size, person })
        const byShare = await arrivalsBySaturation(server, { ...size, perSecond: busy.perSecond, shares, person })
        options.say('asking while the ranker hangs')
        const hung = await arrivalsWithHangs(server, { ...size, person })
        return [
          ...aloneAt(small, before),
          ...aloneAt(large, after),
          ...byStage(after.stages),
          ...compared(size, before, after),
          ...busy.figures,
          ...coming,
          ...byShare,
          ...hung,
        ]
      })
    }),
}

function compared({ large, small }: typeof sizes, before: Alone, after: Alone): Figure[] {
  const grown = after.residentBytes - before.residentBytes
  return [
    {
      name: `feed p99 at ${large} videos over that at ${small}`,
      value: after.p99 / before.p99,
      unit: '',
      limit: { most: 1.2 },
    },
    {
      name: 'memory a video in the index',
      value: after.filled.bytes / after.filled.added,
      unit: 'bytes',
      limit: { most: 450 },
      note: `what the process grew by while the vectors beyond ${small} were made`,
    },
    {
      name: 'memory a video in all',
      value: grown / (large - small),
      unit: 'bytes',
      note: 'catalogue, counters, index, and rows of features that feeds have asked for',
    },
    { name: `resident at ${large} videos`, value: after.residentBytes / 2 ** 20, unit: 'MiB' },
  ]
}
