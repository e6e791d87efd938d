import { openDataFolder } from '../adapters/embedded/data-folder.ts'
import { lakeOpener, lakePlace } from '../adapters/lake-place.ts'
import { openSharedEngines, type SharedEngines } from '../adapters/shared-engines.ts'
import { IdTable } from '../catalog/id-table.ts'
import type { Surroundings } from '../compose.ts'
import type { Config } from '../config.ts'
import type { Place } from '../ports/event-log.ts'
import { hasRole } from '../roles.ts'
import { registerDeadLetters } from '../state/dead-letter-metrics.ts'
import { registerFollowing } from '../state/follower.ts'
import { registerSnapshots } from '../state/snapshot-metrics.ts'
import { registerTiles } from '../state/tile-follower.ts'
import { shipCounts } from './counts.ts'
import { type LakeSources, writeLake } from './lake.ts'
import { openState } from './state.ts'

/** What a server does that answers no requests. */
export interface Worker {
  close(): Promise<void>
}

const sweepEveryMs = 100
const sweptAtATime = 200

/** Puts together what works beside those that answer: it keeps what is counted and tells them, brings the log into the lake, or both. */
export async function composeWorker(config: Config, surroundings: Surroundings): Promise<Worker> {
  await using opened = new AsyncDisposableStack()
  const sources = hasRole(config, 'features') ? await count(opened, config, surroundings) : await read(opened, config, surroundings)
  writeLake(opened, config, surroundings, sources)
  const closing = opened.move()
  return { close: () => closing.disposeAsync() }
}

async function count(opened: AsyncDisposableStack, config: Config, surroundings: Surroundings): Promise<LakeSources> {
  const { clock, metrics } = surroundings
  const open = await openState(opened, config, surroundings)
  const { follower, engines } = open.sharing!
  registerDeadLetters(metrics.registry, open.letters)
  registerFollowing(metrics.registry, follower)
  if (open.taking) registerTiles(metrics.registry, open.taking)
  if (open.snapshots) registerSnapshots(metrics.registry, open.snapshots)
  const sweep = setInterval(() => open.tiles.expire(clock.now(), sweptAtATime), sweepEveryMs)
  opened.defer(() => clearInterval(sweep))
  shipCounts(opened, open, engines, surroundings)
  return { ...open, engines, saved: () => open.database.positions() }
}

/** Of a server that keeps nothing but the lake, which is all that the log has to wait for. */
async function read(opened: AsyncDisposableStack, config: Config, { clock, log }: Surroundings): Promise<LakeSources> {
  opened.adopt(openDataFolder(config.dataDir), (folder) => folder.close())
  const engines: SharedEngines = opened.adopt(await openSharedEngines(config, new IdTable(), log), (engines) => engines.close())
  const { eventLog } = engines
  const place = lakePlace(config)
  const extents = await eventLog.extents()
  const saved = extents.map(({ partition, topic }): Place => ({ topic, partition, offset: Number.MAX_SAFE_INTEGER }))
  return { eventLog, engines, lakePlace: place, openLake: lakeOpener(place, clock), saved: () => saved }
}
