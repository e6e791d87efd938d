import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Benchmark } from '../benchmark.ts'
import { withFolder } from '../sample.ts'
import { resultOf } from '../server/child.ts'

interface Read {
  readonly residentBytes: number
  readonly seenEach: number
  readonly interactionsEach: number
}

export const people: Benchmark = {
  name: 'people',
  about: 'people of ordinary length (500 videos seen, 256 interactions over five weeks): bytes on disk, memory when all were read',
  run: ({ full, quick, say }) =>
    withFolder(async (folder) => {
      const count = quick ? 1_000 : full ? 1_000_000 : 20_000
      say(`writing ${count} people`)
      await resultOf(new URL('../memory/write-people.ts', import.meta.url), [folder, count])
      const bytes = statSync(join(folder, 'state.sqlite')).size
      say('reading them')
      const read = await resultOf<Read>(new URL('../memory/read-people.ts', import.meta.url), [folder, count])
      const measured = `${count} people measured, ${Math.round(read.seenEach)} videos seen and ${Math.round(read.interactionsEach)} interactions each`
      return [
        { name: 'on disk a person', value: bytes / count, unit: 'bytes', limit: { most: 8 * 1_024 }, note: measured },
        {
          name: 'resident when all were read',
          value: read.residentBytes / 2 ** 20,
          unit: 'MiB',
          limit: { most: 1_024 },
          note: 'the cache is bounded: more people take no more memory',
        },
      ]
    }),
}
