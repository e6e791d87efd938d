import { randomUUID } from 'node:crypto'
import QuickLRU from 'quick-lru'
import { type DataFolder, openDataFolder } from '../adapters/embedded/data-folder.ts'
import { EmbeddedPeople } from '../adapters/embedded/people.ts'
import { openSqliteEventLog } from '../adapters/embedded/sqlite-event-log.ts'
import { type LoadedTable, openStateDatabase, type StateDatabase } from '../adapters/embedded/state-database.ts'
import { StateKeeper } from '../adapters/embedded/state-keeper.ts'
import { EmbeddedVideoTexts } from '../adapters/embedded/video-texts.ts'
import { isLake, type LakePlace, lakeOpener, lakePlace } from '../adapters/lake-place.ts'
import { isShared, openSharedEngines, type SharedEngines } from '../adapters/shared-engines.ts'
import { Catalog } from '../catalog/catalog.ts'
import { IdTable } from '../catalog/id-table.ts'
import type { Clock } from '../clock.ts'
import { CoWatch } from '../co-watch/co-watch.ts'
import type { Config } from '../config.ts'
import { Charts } from '../counters/charts.ts'
import { VideoCounters } from '../counters/video-counters.ts'
import { BucketFlow } from '../exploration/bucket-flow.ts'
import { registerViews } from '../features/language/registry.ts'
import type { FeatureTiles } from '../features/tiles/feature-tiles.ts'
import { allFeedViews } from '../features/views/feed-views.ts'
import { gapsAfter, wholeLog } from '../lake/whole-log.ts'
import type { Log } from '../log.ts'
import { version } from '../operations.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { Lake } from '../ports/lake.ts'
import type { PersonStore } from '../ports/person-store.ts'
import { DeadLetters } from '../state/dead-letters.ts'
import { Follower } from '../state/follower.ts'
import { heeding, type ReadLog, type Recovery } from '../state/heeding.ts'
import { LiveState } from '../state/live-state.ts'
import { OwnRecords } from '../state/own-records.ts'
import { statesOf } from '../state/person-effects.ts'
import type { readRecord } from '../state/read-record.ts'
import { recover } from '../state/recover.ts'
import type { SnapshotSchedule } from '../state/snapshot-schedule.ts'
import { StampedStates } from '../state/stamped-states.ts'
import type { TileFollower } from '../state/tile-follower.ts'
import { logName, stateNameOf } from './beside.ts'
import { type Counting, openCounting } from './counts.ts'
import { beginWithSnapshot, keepSnapshots } from './snapshots.ts'
import { takeTiles } from './tiles.ts'

/** What goes wrong again and again is told so often, in ms. */
const toldEveryMs = 60_000

/** What is folded from the log, caught up with it and going on. */
export interface OpenState {
  readonly folder: DataFolder
  readonly database: StateDatabase
  readonly catalog: Catalog
  readonly counters: VideoCounters
  readonly coWatch: CoWatch
  readonly flow: BucketFlow
  readonly charts: Charts
  readonly tiles: FeatureTiles
  readonly fetched: Counting['fetched']
  readonly people: PersonStore
  readonly state: LiveState
  /** Records that could not be applied. */
  readonly letters: DeadLetters
  readonly eventLog: EventLog
  /** How long a record's id is remembered, in s. */
  readonly rememberS: number
  /** Where several servers share log and people: these, and what applies what the others write. */
  readonly sharing: { readonly engines: SharedEngines; readonly written: OwnRecords; readonly follower: Follower } | undefined
  /** Where tiles are taken from topics: what takes them. */
  readonly taking: TileFollower | undefined
  /** Where snapshots of the state are taken: what this server knows of them. */
  readonly snapshots: SnapshotSchedule | undefined
  readonly lakePlace: LakePlace
  readonly openLake: () => Promise<Lake>
}

export interface StateSurroundings {
  readonly clock: Clock
  readonly log: Log
  readonly recovery?: Recovery
  /** Another way to read records, to see what comes of those that this version can't read. */
  readonly read?: typeof readRecord
}

/** Opens the state in the data folder and reads the log from where it was saved. What it opens goes onto `opened`. */
export async function openState(
  opened: AsyncDisposableStack,
  config: Config,
  { clock, log, read, recovery }: StateSurroundings,
): Promise<OpenState> {
  const folder = opened.adopt(openDataFolder(config.dataDir), (folder) => folder.close())
  const ids = new IdTable()
  const shared = isShared(config) ? opened.adopt(await openSharedEngines(config, ids, log), (shared) => shared.close()) : undefined
  if (shared !== undefined) await beginWithSnapshot(config, shared.eventLog, log)
  const database = opened.adopt(await openStateDatabase(folder.path(stateNameOf(config))), (database) => database.close())
  const texts = new EmbeddedVideoTexts(database)
  const catalog = new Catalog(texts, ids)
  const counters = new VideoCounters(clock, catalog.ids)
  const coWatch = new CoWatch(catalog, counters)
  const flow = new BucketFlow(catalog, counters, clock)
  const charts = new Charts(catalog, counters, clock)
  const own = shared === undefined ? new EmbeddedPeople(database, catalog.ids, config.people.cacheMb) : undefined
  const { fetched, into, progress, tiles } = openCounting(catalog, database, config, clock, shared)
  const newViews = await registerViews(allFeedViews, database)
  if (newViews.length > 0 && database.positions().length > 0)
    log.warn({ views: newViews }, 'these views are new: they count from now on; `vireo rebuild` counts what was before too')
  // Rows belong where they belong by now, also those that are read next.
  tiles.expire(clock.now())

  const letters = deadLetters(clock, log)
  const loaded = [...counters.tables, flow.table, coWatch.table, ...tiles.tables, ...(progress ? [progress] : []), letters.table]
  // The videos first: the others refer to them.
  const videos = { name: texts.table.name, load: (_: string, row: Uint8Array) => void catalog.take(texts.read(row)) }
  await database.load([videos, ...loaded.filter((table): table is typeof table & LoadedTable => table.load !== undefined)])
  flow.restore()
  for (let slot = 0; slot < catalog.ids.size; slot++) charts.after(slot)
  counters.reserve(catalog.ids.size)
  catalog.observers.push(flow, charts, { after: (slot) => counters.reserve(slot) })

  for (const letter of letters.all()) shared?.deadLetters.publish(letter)
  if (shared !== undefined) letters.observers.push((letter) => shared.deadLetters.publish(letter))

  const rememberS = (config.events.horizonHours + 1) * 3_600
  const personal = own === undefined ? new StampedStates(catalog.ids) : statesOf(own, { videos: catalog.ids, rememberS })
  const state = new LiveState({ catalog, counters, coWatch, flow, tiles: into, people: personal, letters, ...(read && { read }) })
  state.resumeAt(database.positions())
  const onUnsaved = (err: unknown) => log.error({ err }, 'the state was not saved; it will be tried again')
  const tables = [...(own?.tables ?? []), texts.table, ...loaded]
  const keeper = new StateKeeper({ database, tables, positions: () => state.positions(), onError: onUnsaved })
  opened.defer(() => keeper.close())
  const logOptions = { file: folder.path(logName), maxBytes: config.log.maxMb * 2 ** 20 }
  const eventLog = shared?.eventLog ?? opened.adopt(await openSqliteEventLog(logOptions), (eventLog) => eventLog.close())
  const place = lakePlace(config)
  const openLake = lakeOpener(place, clock)
  const unread = await logToRecover(eventLog, state, isLake(place) ? openLake : undefined, log, config)
  const save = () => keeper.save().catch(onUnsaved)
  const replayed = await recover({ log: heeding(recovery, unread), state, save })
  if (replayed > 0) log.info({ replayed }, 'read the log from where the state was saved')
  keeper.start()
  const written = new OwnRecords()
  const sharing = shared && { engines: shared, written, follower: await follow(opened, eventLog, state, written, log) }
  const snapshots = shared && keepSnapshots(opened, config, { leases: shared.leases, save: () => keeper.save() }, log)
  const taking = sharing && progress && (await takeTiles(opened, config, { ...sharing, tiles, progress, clock, log, recovery }))
  const people = shared?.people ?? own!
  return {
    ...{ folder, database, catalog, counters, coWatch, flow, charts, tiles, people, state, letters, eventLog, rememberS, sharing },
    ...{ fetched, taking, snapshots, lakePlace: place, openLake },
  }
}

const deadLetters = (clock: Clock, log: Log) =>
  new DeadLetters({
    now: () => clock.now(),
    version,
    onKept: ({ code, offset, partition, reason, topic }) =>
      log.error({ topic, partition, offset, code, reason }, 'a record of the log could not be applied; it is kept aside'),
  })

/** Applies what others write, from now on. */
async function follow(
  opened: AsyncDisposableStack,
  eventLog: EventLog,
  state: LiveState,
  written: OwnRecords,
  log: Log,
): Promise<Follower> {
  const told = new QuickLRU<string, true>({ maxSize: 100, maxAge: toldEveryMs })
  const onError = (err: unknown) => {
    const { message } = err as Error
    if (!told.has(message)) log.error({ err }, 'the log was not read; it will be tried again')
    told.set(message, true)
  }
  const follower = opened.adopt(new Follower(eventLog, state, written, onError), (follower) => follower.close())
  await follower.start()
  return follower
}

/** The log for the state to read on from: with the lake, where the log has let go of what the state has not seen. */
async function logToRecover(
  eventLog: EventLog,
  state: LiveState,
  openLake: (() => Promise<Lake>) | undefined,
  log: Log,
  { lake }: Config,
): Promise<ReadLog> {
  const gaps = gapsAfter(state.positions(), await eventLog.extents())
  if (gaps.length === 0) return eventLog
  if (openLake === undefined) {
    log.error({ gaps }, 'the log has let go of records that the state has not seen, and there is no lake: they are missing')
    return eventLog
  }
  const opened = await openLake()
  return wholeLog(eventLog, opened, { memoryMb: lake.memoryMb, tempFolder: opened.scratch(`recovery-${randomUUID()}`) })
}
