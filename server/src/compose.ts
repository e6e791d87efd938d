import { randomInt, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type DataFolder, openDataFolder } from './adapters/embedded/data-folder.ts'
import { EmbeddedModels } from './adapters/embedded/embedded-models.ts'
import { startLakeProcess } from './adapters/embedded/lake-process-client.ts'
import { onnxRuntime } from './adapters/embedded/onnx-runtime.ts'
import { EmbeddedPeople } from './adapters/embedded/people.ts'
import { openSqliteEventLog } from './adapters/embedded/sqlite-event-log.ts'
import { openStateDatabase } from './adapters/embedded/state-database.ts'
import { StateKeeper } from './adapters/embedded/state-keeper.ts'
import { EmbeddedVideoTexts } from './adapters/embedded/video-texts.ts'
import { isLake, lakeOpener, lakePlace } from './adapters/lake-place.ts'
import { openRegistry } from './adapters/registry-place.ts'
import { isShared, openSharedEngines, type SharedEngines } from './adapters/shared-engines.ts'
import { Catalog } from './catalog/catalog.ts'
import { CatalogService } from './catalog/catalog-service.ts'
import type { Clock } from './clock.ts'
import { CoWatch } from './co-watch/co-watch.ts'
import { feedTiles, lakeOptions, logName, stateNameOf } from './compose-beside.ts'
import type { Config } from './config.ts'
import { consoleOf } from './console/console.ts'
import { Charts } from './counters/charts.ts'
import { VideoCounters } from './counters/video-counters.ts'
import { Intake } from './events/intake.ts'
import { Tracking } from './events/tracking.ts'
import { BucketFlow, type Verdict } from './exploration/bucket-flow.ts'
import { FeatureCheck } from './features/check/feature-check.ts'
import { registerViews } from './features/language/registry.ts'
import { FeedVectors } from './features/vector/feed-vectors.ts'
import { allFeedViews } from './features/views/feed-views.ts'
import { explain } from './feed/explain.ts'
import { PagesInLake } from './feed/explain-lake.ts'
import { FeatureLog } from './feed/feature-log.ts'
import type { FeedSettings } from './feed/feed-pipeline.ts'
import { FeedService, type FeedServiceParts } from './feed/feed-service.ts'
import { feedSettings } from './feed/feed-settings.ts'
import { forYou } from './feed/for-you.ts'
import { Removals } from './feed/removals.ts'
import { UnrecordedPages } from './feed/unrecorded-pages.ts'
import type { ImportTarget } from './importing/import-target.ts'
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
import { compactedTopics, type EventLog } from './ports/event-log.ts'
import type { GraphRuntime } from './ports/graph-runtime.ts'
import type { Lake } from './ports/lake.ts'
import type { Services } from './services.ts'
import { Follower } from './state/follower.ts'
import { heeding, type ReadLog, type Recovery } from './state/heeding.ts'
import { OwnLedger } from './state/ledger.ts'
import { LiveState } from './state/live-state.ts'
import { statesOf } from './state/person-effects.ts'
import { recover } from './state/recover.ts'
import { SharedLedger } from './state/shared-ledger.ts'
import { StampedStates } from './state/stamped-states.ts'

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

/** Some of what windows have slid over is merged anew so often, in ms. */
const sweepEveryMs = 100
const sweptAtATime = 200

/** How long a change of videos waits for others of other servers, in ms. */
const catalogPatienceMs = 5_000

/** How long a start waits for its model. */
const modelPatienceMs = 10_000

/** What computes models. */
export const graphRuntime: GraphRuntime = onnxRuntime

/** Puts the parts together: the one place that names adapters. Resolves when the state has caught up with the log. */
export async function compose(config: Config, surroundings: Surroundings): Promise<Vireo> {
  const { clock, metrics, log, recovery } = surroundings
  // What is opened is closed again, the last first, also where a later step fails.
  await using opened = new AsyncDisposableStack()
  const folder = opened.adopt(openDataFolder(config.dataDir), (folder) => folder.close())
  const database = opened.adopt(await openStateDatabase(folder.path(stateNameOf(config))), (database) => database.close())

  const texts = new EmbeddedVideoTexts(database)
  const catalog = new Catalog(texts)
  const counters = new VideoCounters(clock, catalog.ids)
  const coWatch = new CoWatch(catalog, counters)
  const flow = new BucketFlow(catalog, counters, clock)
  const charts = new Charts(catalog, counters, clock)
  const shared = isShared(config) ? opened.adopt(await openSharedEngines(config, catalog.ids, log), (shared) => shared.close()) : undefined
  const own = shared === undefined ? new EmbeddedPeople(database, catalog.ids, config.people.cacheMb) : undefined
  const people = shared?.people ?? own!
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

  const rememberS = (config.events.horizonHours + 1) * 3_600
  const personal = own === undefined ? new StampedStates(catalog.ids) : statesOf(own, { videos: catalog.ids, rememberS })
  const state = new LiveState({ catalog, counters, coWatch, flow, tiles, people: personal })
  state.resumeAt(database.positions())
  const keeper = new StateKeeper({
    database,
    tables: [...(own?.tables ?? []), texts.table, ...loaded],
    positions: () => state.positions(),
    onError: (err) => log.error({ err }, 'the state was not saved; it will be tried again'),
  })
  opened.defer(() => keeper.close())
  const logOptions = { file: folder.path(logName), maxBytes: config.log.maxMb * 2 ** 20 }
  const eventLog = shared?.eventLog ?? opened.adopt(await openSqliteEventLog(logOptions), (eventLog) => eventLog.close())
  const place = lakePlace(config)
  const openLake = lakeOpener(place, clock)
  const replayed = await recover(
    heeding(recovery, await logToRecover(eventLog, state, isLake(place) ? openLake : undefined, log, config)),
    state,
  )
  if (replayed > 0) log.info({ replayed }, 'read the log from where the state was saved')
  keeper.start()
  const follower = shared && (await follow(opened, eventLog, state, log))
  const removals = shared && new Removals({ removed: shared.removed, catalog, catalogueAgeMs: () => follower!.catalogueAgeMs() })
  const lake = config.lake.enabled
    ? startLake(opened, {
        eventLog,
        // What a shared log compacts is what a new server begins with.
        saved: () => database.positions().filter(({ topic }) => shared === undefined || !compactedTopics.has(topic)),
        openWriter: () => startLakeProcess({ ...place, options: lakeOptions(config) }),
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
    lake: lake && { drain: (signal) => lake.drain(signal), open: openLake },
  })
  const weights = readValueWeights(config.models.weights)
  const models = await openModels(opened, folder, catalog, config, surroundings)
  const watch = new ModelWatch({ clock, log, catalog, counters, vectors: () => models.host.current?.index?.vectors })
  state.observers.push(watch)
  registerWatch(metrics.registry, watch)
  const ledger = shared
    ? new SharedLedger({ ...shared, log: eventLog, state, catalog, rememberS, appended: metrics.logAppended })
    : new OwnLedger(eventLog, state, metrics.logAppended)
  const tracking = new Tracking(shared?.secret ?? folder.secret('tracking.key'), config.events.horizonHours)
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
    removals,
    exclusive: shared?.exclusive,
    firstRequest: shared === undefined ? 0 : randomInt(2 ** 20),
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
  if (config.models.enabled) {
    await Promise.race([models.service.start(), sleep(modelPatienceMs, undefined, { ref: false })])
    opened.use(models.service.follow())
  }
  // Of a lake that is switched off by now, too.
  const lakeIfAny = async () => (isLake(place) ? openLake() : undefined)
  const pages = new PagesInLake(lakeIfAny)
  const intake = new Intake({ ...parts, limits: { ...config.events, ...config.limits }, counted: metrics.eventsCounted })
  const alone = shared && { alone: (signal: AbortSignal) => aloneWith(shared, follower!, signal) }
  const videos = new CatalogService({ ...parts, idLength: config.limits.idLength, ...alone })
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
        openLake: lakeIfAny,
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

/** Applies what others write, from now on. */
async function follow(opened: AsyncDisposableStack, eventLog: EventLog, state: LiveState, log: Log): Promise<Follower> {
  const onError = (err: unknown) => log.error({ err }, 'the log was not read; it will be tried again')
  const follower = opened.adopt(new Follower(eventLog, state, onError), (follower) => follower.close())
  await follower.start()
  return follower
}

/** Holds off others who would change videos, and knows what they have changed so far. */
async function aloneWith({ exclusive }: SharedEngines, follower: Follower, signal: AbortSignal): Promise<AsyncDisposable> {
  const held = await exclusive.hold('catalog', catalogPatienceMs)
  await follower.catalogued(signal)
  return held ?? { [Symbol.asyncDispose]: () => Promise.resolve() }
}

interface Models {
  readonly host: ModelHost
  readonly service: ModelService
  readonly runtime: EmbeddedModels
}

/** The models of the registry; none serves until the service is started. */
async function openModels(
  opened: AsyncDisposableStack,
  folder: DataFolder,
  catalog: Catalog,
  { dataDir, feed, models, s3 }: Config,
  { clock, log, metrics, rankerScript }: Surroundings,
): Promise<Models> {
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
  const registry = await openRegistry({ dataDir, models, s3 })
  return {
    host,
    runtime,
    service: new ModelService({ registry, host, clock, log, name: models.name }),
  }
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
