import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openDataFolder } from './adapters/embedded/data-folder.ts'
import { openLakeFolder } from './adapters/embedded/lake-folder.ts'
import { logExtents } from './adapters/embedded/lake-log-extents.ts'
import { startLakeProcess } from './adapters/embedded/lake-process-client.ts'
import { EmbeddedPeople } from './adapters/embedded/people.ts'
import { openSqliteEventLog } from './adapters/embedded/sqlite-event-log.ts'
import { openStateDatabase } from './adapters/embedded/state-database.ts'
import { StateKeeper } from './adapters/embedded/state-keeper.ts'
import { EmbeddedVideoTexts } from './adapters/embedded/video-texts.ts'
import { Catalog } from './catalog/catalog.ts'
import { CatalogService } from './catalog/catalog-service.ts'
import { type Clock, minuteMs } from './clock.ts'
import { CoWatch } from './co-watch/co-watch.ts'
import type { Config } from './config.ts'
import { Charts } from './counters/charts.ts'
import { VideoCounters } from './counters/video-counters.ts'
import { NotFound } from './errors.ts'
import { Intake } from './events/intake.ts'
import { Tracking } from './events/tracking.ts'
import { BucketFlow } from './exploration/bucket-flow.ts'
import { registerViews } from './features/language/registry.ts'
import { FeatureTiles } from './features/tiles/feature-tiles.ts'
import { FeedVectors, idsOf } from './features/vector/feed-vectors.ts'
import { personal } from './features/views/entities.ts'
import { allFeedViews } from './features/views/feed-views.ts'
import { explain } from './feed/explain.ts'
import { FeatureLog } from './feed/feature-log.ts'
import type { FeedSettings } from './feed/feed-pipeline.ts'
import { FeedService } from './feed/feed-service.ts'
import { forYou } from './feed/for-you.ts'
import { UnrecordedPages } from './feed/unrecorded-pages.ts'
import type { ImportTarget } from './importing/import-target.ts'
import { LakeSink } from './lake/sink.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import { operations } from './operations.ts'
import type { EventLog, Extent } from './ports/event-log.ts'
import type { Lake } from './ports/lake.ts'
import type { Services } from './services.ts'
import { Ledger } from './state/ledger.ts'
import { LiveState } from './state/live-state.ts'
import { recover } from './state/recover.ts'

export interface Vireo {
  readonly services: Services
  readonly eventLog: EventLog
  readonly imports: ImportTarget
  /** A feed with other settings, for comparison: over the same state. */
  feedWith(settings: FeedSettings): FeedService
  /** Makes everything that was acknowledged durable in the derived state too, and lets go of the data folder. */
  close(): Promise<void>
}

export interface Surroundings {
  readonly clock: Clock
  readonly metrics: Metrics
  readonly log: Log
}

const lakeName = 'lake'
const logName = 'log.sqlite'

/** Some of what windows have slid over is merged anew so often, in ms. */
const sweepEveryMs = 100
const sweptAtATime = 200

const lakeOptions = ({ events, lake }: Config) => ({
  rememberHours: events.horizonHours + 1,
  memoryMb: lake.memoryMb,
  graceMs: 15 * minuteMs,
})

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

/** Puts the parts together: the one place that names adapters. Resolves when the state has caught up with the log. */
export async function compose(config: Config, { clock, metrics, log }: Surroundings): Promise<Vireo> {
  // What is opened is closed again, the last first, also where a later step fails.
  await using opened = new AsyncDisposableStack()
  const folder = opened.adopt(openDataFolder(config.dataDir), (folder) => folder.close())
  const database = opened.adopt(await openStateDatabase(folder.path('state.sqlite')), (database) => database.close())

  const texts = new EmbeddedVideoTexts(database)
  const catalog = new Catalog(texts)
  const counters = new VideoCounters(clock, catalog.ids)
  const coWatch = new CoWatch(catalog, counters)
  const flow = new BucketFlow(catalog, counters, clock)
  const charts = new Charts(catalog, counters, clock)
  const people = new EmbeddedPeople(database, catalog.ids, config.people.cacheMb)
  const tiles = new FeatureTiles({
    views: allFeedViews,
    ids: idsOf(catalog),
    personal: { owner: personal, rows: database, cacheMb: config.features.cacheMb },
  })
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

  const state = new LiveState({ catalog, counters, coWatch, flow, tiles, people, rememberS: (config.events.horizonHours + 1) * 3_600 })
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
  const replayed = await recover(eventLog, state)
  if (replayed > 0) log.info({ replayed }, 'read the log from where the state was saved')
  keeper.start()
  if (config.lake.enabled) {
    const sink = new LakeSink({
      log: eventLog,
      openWriter: () => startLakeProcess({ folder: folder.path(lakeName), options: lakeOptions(config) }),
      limits: { maxRecords: 2_000_000, maxBytes: 128 * 2 ** 20, maxAgeMs: minuteMs },
      onError: (err) => log.error({ err }, 'the lake took nothing; it will be tried again'),
    })
    opened.defer(() => sink.close())
    sink.start()
  }

  const vectors = new FeedVectors(tiles, catalog)
  const sweep = setInterval(() => {
    tiles.expire(clock.now(), sweptAtATime)
    vectors.sweep(clock.now(), sweptAtATime)
  }, sweepEveryMs)
  opened.defer(() => clearInterval(sweep.unref()))
  const ledger = new Ledger(eventLog, state, metrics.logAppended)
  const tracking = new Tracking(folder.secret('tracking.key'), config.events.horizonHours)
  const parts = {
    catalog,
    people,
    counters,
    charts,
    coWatch,
    flow,
    featureLog: new FeatureLog(vectors, config.features.logShare),
    ledger,
    tracking,
    clock,
    log: eventLog,
    unrecorded: new UnrecordedPages(),
    mostCandidates: config.feed.candidates,
    commitDeadlineMs: config.feed.deadlineMs,
    limits: { ...config.feed, ...config.limits, stageDeadlineMs: config.feed.sourceDeadlineMs },
    meter: metrics.feed,
  }
  const pipeline = forYou(parts)
  const feedWith = (settings: FeedSettings) => new FeedService({ ...parts, settings }, pipeline)
  const feed = feedWith({ explorationShare: config.feed.explorationShare, diversity: true })
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
  const parting = opened.move()
  return {
    services: {
      feed,
      events: intake,
      catalog: videos,
      operations: operations({
        catalog,
        people,
        eventLog,
        imports,
        pipeline,
        clock,
        isOpen: () => closing === undefined,
        explain: (request, signal) =>
          explain(request, { catalog, feed, pipeline, log: eventLog, idLength: config.limits.idLength }, signal),
      }),
    },
    eventLog,
    imports,
    feedWith,
    close() {
      closing ??= parting.disposeAsync()
      return closing
    },
  }
}
