import { setTimeout as sleep } from 'node:timers/promises'
import { addVideos } from '../load/catalog-load.ts'
import { batchesOf, sendEvents } from '../load/event-load.ts'
import { syntheticWatches } from '../load/synthetic.ts'
import { ServerProcess } from '../server/server-process.ts'
import { syntheticModel } from './artifact.ts'

const standard = {
  VIREO_BENCH_INSIDE: '1',
  // Ten million videos need more than the usual.
  VIREO_LOG_MAX_MB: '65536',
  // Nor is there a lake that would take in the catalogue while the feed is measured.
  VIREO_LAKE_ENABLED: 'false',
}

/** Who watched how much of what, before anything is measured. */
export interface Watched {
  readonly events: number
  readonly people: number
  readonly active: number
}

/** Puts videos into a data folder, and at the first time what people did. */
export async function fillCatalog(dataDir: string, from: number, until: number, count: number, watched?: Watched): Promise<void> {
  const server = await ServerProcess.start({ dataDir, settings: standard })
  await addVideos(server.address, from, until, count)
  if (watched !== undefined) await sendEvents(server.address, batchesOf(syntheticWatches(watched.events, watched.people, watched.active)))
  await server.stop()
}

/** Runs with a server that has a vector of every video in the folder, and has nothing else to do. */
export async function withFunnel<Result>(
  dataDir: string,
  registry: string,
  use: (server: ServerProcess) => Promise<Result>,
): Promise<Result> {
  const server = await ServerProcess.start({
    dataDir,
    settings: { ...standard, VIREO_MODELS_ENABLED: 'true', ...syntheticModel(registry) },
  })
  await server.ask('filled')
  await untilIdle(server)
  const result = await use(server)
  await server.stop()
  return result
}

/** What was saved is looked through after the start, and what comes is saved behind. */
async function untilIdle(server: ServerProcess): Promise<void> {
  for (let before = await server.ask('processorTime'); ; ) {
    await sleep(1_000)
    const now = await server.ask('processorTime')
    if (now - before < 0.05) return
    before = now
  }
}
