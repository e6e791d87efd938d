import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type DataFolder, openDataFolder } from './adapters/embedded/data-folder.ts'
import { EmbeddedModels } from './adapters/embedded/embedded-models.ts'
import { openLakeFolder } from './adapters/embedded/lake-folder.ts'
import { logExtents } from './adapters/embedded/lake-log-extents.ts'
import { startLakeProcess } from './adapters/embedded/lake-process-client.ts'
import { onnxRuntime } from './adapters/embedded/onnx-runtime.ts'
import { EmbeddedPeople } from './adapters/embedded/people.ts'
import { RegistryFolder } from './adapters/embedded/registry-folder.ts'
import { openSqliteEventLog } from './adapters/embedded/sqlite-event-log.ts'
import { openStateDatabase, type StateDatabase } from './adapters/embedded/state-database.ts'
import { StateKeeper } from './adapters/embedded/state-keeper.ts'
import { EmbeddedVideoTexts } from './adapters/embedded/video-texts.ts'
import { Catalog } from './catalog/catalog.ts'
import { CatalogService } from './catalog/catalog-service.ts'
import { type Clock, minuteMs } from './clock.ts'
import { CoWatch } from './co-watch/co-watch.ts'
import type { Config } from './config.ts'
import { consoleOf } from './console/console.ts'
import { Charts } from './counters/charts.ts'
import { VideoCounters } from './counters/video-counters.ts'
import { NotFound } from './errors.ts'
import { Intake } from './events/intake.ts'
import { Tracking } from './events/tracking.ts'
import { BucketFlow, type Verdict } from './exploration/bucket-flow.ts'
import { FeatureCheck } from './features/check/feature-check.ts'
import { registerViews } from './features/language/registry.ts'
import { FeatureTiles } from './features/tiles/feature-tiles.ts'
import { FeedVectors, idsOf } from './features/vector/feed-vectors.ts'
import { personal } from './features/views/entities.ts'
import { allFeedViews } from './features/views/feed-views.ts'
import { explain } from './feed/explain.ts'
import { PagesInLake } from './feed/explain-lake.ts'
import { FeatureLog } from './feed/feature-log.ts'
import type { FeedSettings } from './feed/feed-pipeline.ts'
import { FeedService, type FeedServiceParts } from './feed/feed-service.ts'
import { feedSettings } from './feed/feed-settings.ts'
import { forYou } from './feed/for-you.ts'
import { UnrecordedPages } from './feed/unrecorded-pages.ts'
import type { ImportTarget } from './importing/import-target.ts'
import { type Repaired, repair } from './lake/repair.ts'
import type { LakeSink } from './lake/sink.ts'
import { startLake } from './lake/start-lake.ts'
import { gapsAfter, wholeLog } from './lake/whole-log.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import { ModelHost } from './models/serving/model-host.ts'
import { ModelService } from './models/serving/model-service.ts'
import type { ServingModel } from './models/serving/serving-model.ts'
import { readValueWeights } from './models/serving/value-weights.ts'
import { ModelWatch } from './models/watching/model-watch.ts'
import { registerWatch } from './models/watching/watch-metrics.ts'
import { operations } from './operations.ts'
import type { EventLog, Extent } from './ports/event-log.ts'
import type { GraphRuntime } from './ports/graph-runtime.ts'
import type { Lake } from './ports/lake.ts'
import type { ReplayState } from './samples/replay/replay-features.ts'
import type { Services } from './services.ts'
import { heeding, type ReadLog, type Recovery } from './state/heeding.ts'
import { OwnLedger } from './state/ledger.ts'
import { LiveState } from './state/live-state.ts'
import { statesOf } from './state/person-effects.ts'
import { recover } from './state/recover.ts'

export interface Vireo {
  readonly services: Services
  readonly eventLog: EventLog
  readonly imports: ImportTarget
  /** What brings the log into the lake; undefined where that is switched off. */
  readonly lake: Pick<LakeSink, 'drain' | 'lag'> | undefined
  /** Whether a video has passed all buckets of exploration, and how. */
  verdictOn(videoId: string): Verdict | undefined
  /** A feed with other settings, for comparison: over the same state. */
  feedWith(settings: FeedSettings): FeedService
  /** What feeds are made of, for those who make others. */
  readonly feedParts: Omit<FeedServiceParts, 'settings'>
  /** Serves the artifact in a folder, whatever the registry says. Rejects as `loadArtifact` does. */
  useModel(folder: string): Promise<ServingModel>
  /** Threads that hang in native code: the process can only be killed until they come back. */
  hangingThreads(): number
  /** Makes everything that was acknowledged durable in the derived state too, and lets go of the data folder. */
  close(): Promise<void>
}

export interface Surroundings {
  readonly clock: Clock
  readonly metrics: Metrics
  readonly log: Log
  readonly recovery?: Recovery
  /** Another script for the threads that rank, to see what comes of one that misbehaves. */
  readonly rankerScript?: URL
}

const lakeName = 'lake'
const logName = 'log.sqlite'
const stateName = 'state.sqlite'

/** Some of what windows have slid over is merged anew so often, in ms. */
const sweepEveryMs = 100
const sweptAtATime = 200

const lakeOptions = ({ events, lake }: Config) => ({
  rememberHours: events.horizonHours + 1,
  memoryMb: lake.memoryMb,
  graceMs: 15 * minuteMs,
})

/** How long a start waits for its model. */
const modelPatienceMs = 10_000

/** What computes models. */
export const graphRuntime: GraphRuntime = onnxRuntime

/** The lake of a data folder, also beside the server that owns the folder. */
export interface LakeBeside {
  readonly lake: Lake
  /** How far the log goes. */
  extents(): readonly Extent[]
}

/** Throws `LAKE_MISSING` where there is none. */
export async function openLakeBeside(dataDir: string, clock: Clock): Promise<LakeBeside> {
  const folder = join(dataDir, lakeName)
  if (!existsSync(folder)) throw new NotFound('LAKE_MISSING', 'dataDir', `there is no lake in ${dataDir}`)
  return { lake: await openLakeFolder({ folder, clock }), extents: () => logExtents(join(dataDir, logName)) }
}

/** Makes again from the log what is broken in the lake of a data folder that nobody uses. Throws `LAKE_MISSING`, `DATA_DIR_IN_USE`. */
export async function repairLake(config: Config, clock: Clock, signal: AbortSignal): Promise<Repaired> {
  await using opened = new AsyncDisposableStack()
  const { lake } = await openLakeBeside(config.dataDir, clock)
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

const feedTiles = (catalog: Catalog, rows: StateDatabase, { features }: Config) =>
  new FeatureTiles({ views: allFeedViews, ids: idsOf(catalog), personal: { owner: personal, rows, cacheMb: features.cacheMb } })

/** Puts the parts together: the one place that names adapters. Resolves when the state has caught up with the log. */
export async function compose(config: Config, surroundings: Surroundings): Promise<Vireo> {
  const { clock, metrics, log, recovery } = surroundings
  // What is opened is closed again, the last first, also where a later step fails.
  await using opened = new AsyncDisposableStack()
  const folder = opened.adopt(openDataFolder(config.dataDir), (folder) => folder.close())
  const database = opened.adopt(await openStateDatabase(folder.path(stateName)), (database) => database.close())

  const texts = new EmbeddedVideoTexts(database)
  const catalog = new Catalog(texts)
  const counters = new VideoCounters(clock, catalog.ids)
  const coWatch = new CoWatch(catalog, counters)
  const flow = new BucketFlow(catalog, counters, clock)
  const charts = new Charts(catalog, counters, clock)
  const people = new EmbeddedPeople(database, catalog.ids, config.people.cacheMb)
  const tiles = feedTiles(catalog, database, config)
  const newViews = await registerViews(allFeedViews, database)
  if (newViews.length > 0 && database.positions().length > 0)
    log.warn({ views: newViews }, 'these views are new: they count from now on; `vireo rebuild` counts what was before too')
  // Rows belong where they belong by now, also those that are read next.
  tiles.expire(clock.now())

  for (const [, value] of database.scan(texts.table.name)) catalog.take(texts.read(value))
  const loaded = [...counters.tables, flow.table, coWatch.table, ...tiles.tables]
  for (const table of loaded) for (const [key, value] of database.scan(table.name)) table.load?.(key, value)
  flow.restore()
  for (let slot = 0; slot < catalog.ids.size; slot++) charts.after(slot)
  counters.reserve(catalog.ids.size)
  catalog.observers.push(flow, charts, { after: (slot) => counters.reserve(slot) })

  const personal = statesOf(people, { videos: catalog.ids, rememberS: (config.events.horizonHours + 1) * 3_600 })
  const state = new LiveState({ catalog, counters, coWatch, flow, tiles, people: personal })
  state.resumeAt(database.positions())
  const keeper = new StateKeeper({
    database,
    tables: [...people.tables, texts.table, ...loaded],
    positions: () => state.positions(),
    onError: (err) => log.error({ err }, 'the state was not saved; it will be tried again'),
  })
  opened.defer(() => keeper.close())
  const logOptions = { file: folder.path(logName), maxBytes: config.log.maxMb * 2 ** 20 }
  const eventLog = opened.adopt(await openSqliteEventLog(logOptions), (eventLog) => eventLog.close())
  const lakeFolder = folder.path(lakeName)
  const replayed = await recover(heeding(recovery, await logToRecover(eventLog, state, lakeFolder, surroundings, config)), state)
  if (replayed > 0) log.info({ replayed }, 'read the log from where the state was saved')
  keeper.start()
  const lake = config.lake.enabled
    ? startLake(opened, {
        eventLog,
        saved: () => database.positions(),
        openWriter: () => startLakeProcess({ folder: lakeFolder, options: lakeOptions(config) }),
        config,
        clock,
        log,
        metrics,
      })
    : undefined

  const vectors = new FeedVectors(tiles, catalog)
  const sweep = setInterval(() => {
    tiles.expire(clock.now(), sweptAtATime)
    vectors.sweep(clock.now(), sweptAtATime)
  }, sweepEveryMs)
  opened.defer(() => clearInterval(sweep.unref()))
  const featureCheck = new FeatureCheck({
    tiles,
    views: allFeedViews,
    clock,
    positions: () => state.positions(),
    lake: lake && { drain: (signal) => lake.drain(signal), open: () => openLakeFolder({ folder: lakeFolder, clock }) },
  })
  const weights = readValueWeights(config.models.weights)
  const models = openModels(opened, folder, catalog, config, surroundings)
  const watch = new ModelWatch({ clock, log, catalog, counters, vectors: () => models.host.current?.index?.vectors })
  state.observers.push(watch)
  registerWatch(metrics.registry, watch)
  const ledger = new OwnLedger(eventLog, state, metrics.logAppended)
  const tracking = new Tracking(folder.secret('tracking.key'), config.events.horizonHours)
  const parts = {
    catalog,
    people,
    counters,
    charts,
    coWatch,
    flow,
    vectors,
    featureLog: new FeatureLog(vectors, catalog.ids, config.features.logShare),
    models: models.host,
    ranking: { ...config.models, queueLength: config.models.queue, weights },
    ledger,
    tracking,
    clock,
    log: eventLog,
    unrecorded: new UnrecordedPages(),
    mostCandidates: config.feed.candidates,
    dislikeHalfLifeHours: config.feed.dislikeHalfLifeHours,
    commitDeadlineMs: config.feed.deadlineMs,
    limits: { ...config.feed, ...config.limits, stageDeadlineMs: config.feed.sourceDeadlineMs },
    meter: metrics.feed,
  }
  const pipeline = forYou(parts)
  const feedWith = (settings: FeedSettings) => new FeedService({ ...parts, settings }, pipeline)
  const feed = feedWith(feedSettings(config))
  // With millions of videos it is a while until all have vectors: until then the feed serves without them.
  if (config.models.enabled) await Promise.race([models.service.start(), sleep(modelPatienceMs, undefined, { ref: false })])
  // Of a lake that is switched off by now, too.
  const openLake = async () => (existsSync(lakeFolder) ? openLakeFolder({ folder: lakeFolder, clock }) : undefined)
  const pages = new PagesInLake(openLake)
  const intake = new Intake({ ...parts, limits: { ...config.events, ...config.limits }, counted: metrics.eventsCounted })
  const videos = new CatalogService({ ...parts, idLength: config.limits.idLength })
  const imports: ImportTarget = {
    clock,
    async write(records, signal) {
      await ledger.write(records, signal)
      metrics.imported(records.length)
    },
    progress: () => state.imports,
  }

  let closing: Promise<void> | undefined
  const isOpen = () => closing === undefined
  const parting = opened.move()
  return {
    services: {
      feed,
      events: intake,
      catalog: videos,
      models: models.service,
      operations: operations({
        catalog,
        people,
        eventLog,
        imports,
        pipeline,
        clock,
        isOpen,
        models: models.host,
        explain: (request, signal) => explain(request, { ...parts, feed, pipeline, lake: pages, idLength: config.limits.idLength }, signal),
        checkFeatures: (request, signal) => featureCheck.run(request, signal),
      }),
      console: consoleOf({
        ...parts,
        feed,
        pipeline,
        watch,
        metrics,
        openLake,
        isOpen,
        observers: state.observers,
        config,
        refusals: intake.refusals,
        tiles,
      }),
    },
    eventLog,
    imports,
    lake,
    verdictOn: (videoId) => flow.verdictOn(catalog.ids.find(videoId)),
    feedWith,
    feedParts: parts,
    useModel: (folder) => models.host.use(folder),
    hangingThreads: () => models.runtime.hanging,
    close() {
      closing ??= parting.disposeAsync()
      return closing
    },
  }
}

interface Models {
  readonly host: ModelHost
  readonly service: ModelService
  readonly runtime: EmbeddedModels
}

/** The models of the registry; none serves until the service is started. */
function openModels(
  opened: AsyncDisposableStack,
  folder: DataFolder,
  catalog: Catalog,
  { feed, models }: Config,
  { clock, log, metrics, rankerScript }: Surroundings,
): Models {
  const { hungMs, queue, workers } = models
  const runtime = new EmbeddedModels({
    folder: folder.path('vectors'),
    workers,
    maxWaiting: queue,
    hungMs,
    warmUpVideos: feed.candidates,
    meter: metrics.ranker(log),
    log,
    ...(rankerScript && { script: rankerScript }),
  })
  const parts = {
    runtime,
    catalog,
    capacity: feed.candidates,
    lightCapacity: models.fewCandidates,
    onError: (err: unknown) => log.error({ err }, 'videos have no vectors yet; it will be tried again'),
  }
  const host = opened.adopt(new ModelHost(parts, log), (host) => host.close())
  metrics.models(() => ({
    serving: host.current?.id,
    vectors: host.current?.index?.size ?? 0,
    lacks: host.lacks,
    hanging: runtime.hanging,
  }))
  return {
    host,
    runtime,
    service: new ModelService({ registry: new RegistryFolder(models.registry), host, clock, log, name: models.name }),
  }
}

/** The log for the state to read on from: with the lake, where the log has let go of what the state has not seen. */
async function logToRecover(
  eventLog: EventLog,
  state: LiveState,
  folder: string,
  { clock, log }: Surroundings,
  { lake }: Config,
): Promise<ReadLog> {
  const gaps = gapsAfter(state.positions(), await eventLog.extents())
  if (gaps.length === 0) return eventLog
  if (!existsSync(folder)) {
    log.error({ gaps }, 'the log has let go of records that the state has not seen, and there is no lake: they are missing')
    return eventLog
  }
  const opened = await openLakeFolder({ folder, clock })
  return wholeLog(eventLog, opened, { memoryMb: lake.memoryMb, tempFolder: opened.scratch(`recovery-${randomUUID()}`) })
}
