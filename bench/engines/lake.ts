import { join } from 'node:path'
import { openSqliteEventLog } from '../../server/src/adapters/embedded/sqlite-event-log.ts'
import { type LakePlace, lakeOpener } from '../../server/src/adapters/lake-place.ts'
import { S3ForTests } from '../../server/src/adapters/s3/s3-for-tests.ts'
import { systemClock } from '../../server/src/clock.ts'
import { LakeWriter } from '../../server/src/lake/lake-writer.ts'
import { LakeSink } from '../../server/src/lake/sink.ts'
import { seededRandom } from '../../server/src/random.ts'
import type { Benchmark, Figure } from '../benchmark.ts'
import { percentile } from '../percentile.ts'
import { withSample } from '../sample.ts'

const patienceMs = 300_000
const writerOptions = { rememberHours: 73, memoryMb: 512, graceMs: 0 }
/** As a server has them. */
const limits = { maxRecords: 2_000_000, maxBytes: 128 * 2 ** 20, maxAgeMs: 60_000 }

interface Drained {
  readonly recordsASecond: number
  /** Of processor time, that of the gateway left out. */
  readonly microsARecord: number
  /** Of a commit of the whole manifest, in ms. */
  readonly commitMs: number
}

export const lake: Benchmark = {
  name: 'lake',
  about: 'the log of the sample into a lake in a folder and one in an object store, and a commit of either',
  async run({ quick, say }) {
    await using s3 = await S3ForTests.start({ own: true })
    const places = { folder: (run: number) => ({ folder: join(s3.folder, `lake-${run}`) }), S3: (run: number) => s3.place(`lake-${run}`) }
    const runs = quick ? 1 : 3
    const figures = Object.keys(places).map((name) => ({ name, drained: [] as Drained[] }))
    await withSample(say, async (dataDir) => {
      for (let run = 0; run < runs; run++) {
        for (const { name, drained } of figures) {
          say(`${name}, time ${run + 1} of ${runs}`)
          drained.push(await drain(join(dataDir, 'log.sqlite'), places[name as keyof typeof places](run)))
        }
      }
    })
    return figures.flatMap(({ name, drained }): Figure[] => [
      { name: `records into ${name}`, value: median(drained.map(({ recordsASecond }) => recordsASecond)), unit: '/s' },
      { name: `processor a record into ${name}`, value: median(drained.map(({ microsARecord }) => microsARecord)), unit: 'µs' },
      { name: `commit to ${name}`, value: median(drained.map(({ commitMs }) => commitMs)), unit: 'ms' },
    ])
  },
}

/** Brings the log in a file into the lake at a place, and commits some more. */
export async function drain(file: string, place: LakePlace): Promise<Drained> {
  await using closing = new AsyncDisposableStack()
  const log = closing.adopt(await openSqliteEventLog({ file }), (log) => log.close())
  const opened = closing.adopt(await lakeOpener(place, systemClock)(), (opened) => opened.close())
  const failure = Promise.withResolvers<never>()
  const sink = closing.adopt(
    new LakeSink({
      log,
      openWriter: () => LakeWriter.open(opened, systemClock, writerOptions),
      limits,
      clock: systemClock,
      random: seededRandom(1, 2, 3, 4),
      onError: failure.reject,
    }),
    (sink) => sink.close(),
  )
  const [began, used] = [performance.now(), process.cpuUsage()]
  sink.start()
  await Promise.race([sink.drain(AbortSignal.timeout(patienceMs)), failure.promise])
  const seconds = (performance.now() - began) / 1_000
  const { system, user } = process.cpuUsage(used)
  const records = (await log.extents()).reduce((total, { first, end }) => total + end - first, 0)
  await sink.close()

  const commits: number[] = []
  for (let i = 0; i < 20; i++) {
    const manifest = await opened.manifest()
    const begun = performance.now()
    await opened.commit({ ...manifest, version: manifest.version + 1 })
    commits.push(performance.now() - begun)
  }
  return { recordsASecond: records / seconds, microsARecord: (user + system) / records, commitMs: median(commits) }
}

const median = (values: readonly number[]) => percentile(values, 0.5)
