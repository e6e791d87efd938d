import type { Benchmark } from '../benchmark.ts'
import { percentile } from '../percentile.ts'
import { resultOf } from '../server/child.ts'
import type { Applied } from '../tiles/apply.ts'
import type { Resident } from '../tiles/resident.ts'

const sizes = { records: 150_000, rounds: 6, videos: 10_000, people: 20_000, manyVideos: 1_000_000, manyRecords: 10_000_000, cacheMb: 64 }
const quickSizes: typeof sizes = { ...sizes, records: 5_000, rounds: 2, videos: 500, people: 200, manyVideos: 5_000, manyRecords: 50_000 }

export const tiles: Benchmark = {
  name: 'tiles',
  about: 'all tiles of all feature views: impressions, watches and reactions applied a second, and memory a video at a million',
  run: async ({ quick, say }) => {
    const size = quick ? quickSizes : sizes
    say(`applying ${size.rounds} times ${size.records} records`)
    const apply = new URL('../tiles/apply.ts', import.meta.url)
    const { perCpuSecond, perSecond, readUs, saveUs } = await resultOf<Applied>(apply, [
      size.records,
      size.rounds,
      size.videos,
      size.people,
    ])
    say(`filling the tiles of ${size.manyVideos} videos`)
    const resident = new URL('../tiles/resident.ts', import.meta.url)
    const { bytesAVideo, records } = await resultOf<Resident>(resident, [size.manyVideos, size.manyRecords, size.people, size.cacheMb])
    return [
      {
        name: 'records applied a second of one core',
        // The first round warms up.
        value: percentile(perCpuSecond.slice(1), 0.5),
        unit: 'records/s',
        limit: { least: 100_000 },
        note: 'median of 5 rounds, folding included; an item of a page is a record',
      },
      {
        name: 'records applied',
        value: percentile(perSecond.slice(1), 0.5),
        unit: 'records/s',
        note: 'by the clock on the wall: less where others take the core',
      },
      { name: 'a changed row taken for saving', value: saveUs, unit: 'µs' },
      { name: 'all windows of all views of a video', value: readUs, unit: 'µs' },
      {
        name: `memory a video at ${size.manyVideos}`,
        value: bytesAVideo,
        unit: 'bytes',
        limit: { most: 2_048 },
        note: `after ${records} records within 8 days; of videos, creators, audio, categories and lengths, and the ${size.cacheMb} MiB of people`,
      },
    ]
  },
}
