import { rmSync } from 'node:fs'
import type { Benchmark } from '../benchmark.ts'
import { askForFeeds } from '../load/feed-load.ts'
import { keepSample, sampleFolder, temporaryFolder } from '../sample.ts'
import { ServerProcess } from '../server/server-process.ts'

const mostMiB = 1.5 * 1_024

export const importing: Benchmark = {
  name: 'import',
  about: 'the sample imported into an empty folder, on both cores; memory with the sample loaded',
  async run({ quick, profileTo, say }) {
    const dataDir = temporaryFolder()
    try {
      say('importing the sample')
      const importer = await ServerProcess.start({ dataDir, importing: sampleFolder, cores: '0,1', profileTo })
      const { rows, seconds } = importer.imported!
      const after = await importer.ask('memory')
      await importer.ask('drainLake')
      await importer.stop()
      say('asking a server that has the sample for feeds')
      const server = await ServerProcess.start({ dataDir })
      await askForFeeds({ address: server.address, clients: 16, pages: quick ? 200 : 10_000 })
      const served = await server.ask('memory')
      await server.stop()
      keepSample(dataDir)
      const memory = (name: string, bytes: number) => ({ name, value: bytes / 2 ** 20, unit: 'MiB', limit: { most: mostMiB } })
      return [
        {
          name: 'rows imported',
          value: rows / seconds,
          unit: 'rows/s',
          limit: { least: 40_000 },
          note: `${rows} rows in ${seconds.toFixed(1)} s`,
        },
        memory('resident after the import', after.residentBytes),
        { name: 'most resident during the import', value: after.peakBytes / 2 ** 20, unit: 'MiB' },
        memory(quick ? 'resident after some feeds' : 'resident after 10,000 feeds', served.residentBytes),
      ]
    } finally {
      rmSync(dataDir, { recursive: true, force: true })
    }
  },
}
