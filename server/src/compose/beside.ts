import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openDataFolder } from '../adapters/embedded/data-folder.ts'
import { logExtents } from '../adapters/embedded/lake-log-extents.ts'
import { EmbeddedPeople } from '../adapters/embedded/people.ts'
import { openSqliteEventLog } from '../adapters/embedded/sqlite-event-log.ts'
import { openStateDatabase, type StateDatabase } from '../adapters/embedded/state-database.ts'
import { StateKeeper } from '../adapters/embedded/state-keeper.ts'
import { kafkaSettings } from '../adapters/kafka/kafka-settings.ts'
import { isLake, lakeOpener, lakePlace } from '../adapters/lake-place.ts'
import { isShared } from '../adapters/shared-engines.ts'
import { Catalog } from '../catalog/catalog.ts'
import { type Clock, minuteMs } from '../clock.ts'
import type { Config } from '../config.ts'
import { NotFound } from '../errors.ts'
import { FeatureTiles } from '../features/tiles/feature-tiles.ts'
import { idsOf } from '../features/vector/feed-vectors.ts'
import { personal } from '../features/views/entities.ts'
import { allFeedViews } from '../features/views/feed-views.ts'
import { type Repaired, repair } from '../lake/repair.ts'
import type { Extent } from '../ports/event-log.ts'
import type { Lake } from '../ports/lake.ts'
import { hasRole } from '../roles.ts'
import type { ReplayState } from '../samples/replay/replay-features.ts'

export { openRegistry } from '../adapters/registry-place.ts'

export const logName = 'log.sqlite'
const stateName = 'state.sqlite'

/**
 * Of a server whose log is shared the state is another: of that log, without people, and without tiles where others count.
 * Tiles that were counted here can't be gone on with by who takes them, nor the other way round.
 */
export const stateNameOf = (config: Config): string => {
  if (!isShared(config)) return stateName
  const kind = hasRole(config, 'features') ? (config.features.tiles === 'topics' ? '-tiles' : '') : '-api'
  return `replica-${encodeURIComponent(config.kafka.topicPrefix)}${kind}.sqlite`
}

export const lakeOptions = ({ events, lake }: Config) => ({
  rememberHours: events.horizonHours + 1,
  memoryMb: lake.memoryMb,
  graceMs: 15 * minuteMs,
})

/** The lake of a data folder, also beside the server that owns the folder. */
export interface LakeBeside {
  readonly lake: Lake
  /** How far the log goes. Rejects where it can't be asked. */
  extents(): Promise<readonly Extent[]>
}

/** Throws `LAKE_MISSING` where there is none. */
export async function openLakeBeside(config: Config, clock: Clock): Promise<LakeBeside> {
  const place = lakePlace(config)
  if (!isLake(place)) throw new NotFound('LAKE_MISSING', 'dataDir', `there is no lake in ${config.dataDir}`)
  return { lake: await lakeOpener(place, clock)(), extents: () => extentsOf(config) }
}

async function extentsOf(config: Config): Promise<readonly Extent[]> {
  if (!isShared(config)) return logExtents(join(config.dataDir, logName))
  const { openKafkaEventLog } = await import('../adapters/kafka/kafka-event-log.ts')
  const log = await openKafkaEventLog({ ...kafkaSettings(config), createTopics: false })
  try {
    return await log.extents()
  } finally {
    await log.close()
  }
}

/** Makes again from the log what is broken in the lake of a data folder that nobody uses. Throws `LAKE_MISSING`, `DATA_DIR_IN_USE`. */
export async function repairLake(config: Config, clock: Clock, signal: AbortSignal): Promise<Repaired> {
  await using opened = new AsyncDisposableStack()
  const { lake } = await openLakeBeside(config, clock)
  opened.defer(() => lake.close())
  const folder = opened.adopt(openDataFolder(config.dataDir), (folder) => folder.close())
  const log = opened.adopt(await openSqliteEventLog({ file: folder.path(logName) }), (log) => log.close())
  return await repair(lake, log, clock, lakeOptions(config), signal)
}

/** Deletes all that is derived from log and lake, of a data folder that nobody uses. Throws `DATA_DIR_IN_USE`. */
export async function forgetState(dataDir: string): Promise<void> {
  const folder = openDataFolder(dataDir)
  try {
    for (const suffix of ['', '-wal', '-shm']) await rm(folder.path(`${stateName}${suffix}`), { force: true })
  } finally {
    folder.close()
  }
}

/** A state for a replay of the lake, in a folder of its own. */
export async function openReplayState(folder: string, config: Config): Promise<ReplayState & { close(): Promise<void> }> {
  await mkdir(folder, { recursive: true })
  const database = await openStateDatabase(join(folder, stateName))
  const catalog = new Catalog({ get: () => undefined, put: () => undefined })
  const people = new EmbeddedPeople(database, catalog.ids, config.people.cacheMb)
  const tiles = feedTiles(catalog, database, config)
  const keeper = new StateKeeper({ database, tables: [...people.tables, ...tiles.tables], positions: () => [], onError: () => undefined })
  return { catalog, people, tiles, save: () => keeper.save(), close: () => database.close() }
}

/** `whole`: they come counted. */
export const feedTiles = (catalog: Catalog, rows: StateDatabase, { features }: Config, whole = false) =>
  new FeatureTiles({ views: allFeedViews, ids: idsOf(catalog), personal: { owner: personal, rows, cacheMb: features.cacheMb }, whole })
