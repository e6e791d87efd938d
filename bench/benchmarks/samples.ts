import { systemClock } from '../../server/src/clock.ts'
import { openLakeBeside } from '../../server/src/compose/beside.ts'
import { configSchema } from '../../server/src/config.ts'
import { joinSamples } from '../../server/src/samples/join-samples.ts'
import type { Benchmark } from '../benchmark.ts'
import { withSample } from '../sample.ts'

export const samples: Benchmark = {
  name: 'samples',
  about: 'what was shown joined with what was done, for the whole sample, into Parquet; one thread',
  run: ({ say }) =>
    withSample(say, async (dataDir) => {
      const { lake } = await openLakeBeside(configSchema.parse({ dataDir }), systemClock)
      try {
        say('joining labels')
        const started = performance.now()
        const signal = AbortSignal.timeout(300_000)
        const joined = await joinSamples({ lake, clock: systemClock, horizonHours: 72, memoryMb: 1_024, signal })
        const seconds = (performance.now() - started) / 1_000
        return [
          {
            name: 'label join and Parquet',
            value: seconds,
            unit: 's',
            limit: { most: 15 },
            note: `${joined.samples} samples of ${joined.hours} hours`,
          },
        ]
      } finally {
        await lake.close()
      }
    }),
}
