import { randomInt } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DataFolder } from './adapters/embedded/data-folder.ts'
import { EmbeddedModels } from './adapters/embedded/embedded-models.ts'
import { onnxRuntime } from './adapters/embedded/onnx-runtime.ts'
import { isLake } from './adapters/lake-place.ts'
import { openRegistry } from './adapters/registry-place.ts'
import type { SharedEngines } from './adapters/shared-engines.ts'
import type { Catalog } from './catalog/catalog.ts'
import { CatalogService } from './catalog/catalog-service.ts'
import { writeLake } from './compose/lake.ts'
import { openState, type StateSurroundings } from './compose/state.ts'
import type { Config } from './config.ts'
import { consoleOf } from './console/console.ts'
import { deadLetterService } from './dead-letter-service.ts'
import { NotFound } from './errors.ts'
import { Intake } from './events/intake.ts'
import { Tracking } from './events/tracking.ts'
import type { Verdict } from './exploration/bucket-flow.ts'
import { FeatureCheck } from './features/check/feature-check.ts'
import { registerFetched } from './features/shared/counts-metrics.ts'
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
import type { LakeKeeping } from './lake/lake-keeping.ts'
import type { Metrics } from './metrics.ts'
import { ModelHost } from './models/serving/model-host.ts'
import { ModelService } from './models/serving/model-service.ts'
import type { ServingModel } from './models/serving/serving-model.ts'
import { readValueWeights } from './models/serving/value-weights.ts'
import { ModelWatch } from './models/watching/model-watch.ts'
import { registerWatch } from './models/watching/watch-metrics.ts'
import { operations } from './operations.ts'
import type { EventLog } from './ports/event-log.ts'
import type { GraphRuntime } from './ports/graph-runtime.ts'
import { hasRole } from './roles.ts'
import type { Services } from './services.ts'
import { registerDeadLetters } from './state/dead-letter-metrics.ts'
import { type Follower, registerFollowing } from './state/follower.ts'
import { OwnLedger } from './state/ledger.ts'
import { SharedLedger } from './state/shared-ledger.ts'
import { registerSnapshots } from './state/snapshot-metrics.ts'
import { registerTiles } from './state/tile-follower.ts'

export interface Vireo {
  readonly services: Services
  readonly eventLog: EventLog
  readonly imports: ImportTarget
  /** What brings the log into the lake; undefined where that is switched off. */
  readonly lake: Pick<LakeKeeping, 'drain' | 'lag'> | undefined
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

export interface Surroundings extends StateSurroundings {
  readonly metrics: Metrics
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
  const { clock, metrics, log } = surroundings
  // What is opened is closed again, the last first, also where a later step fails.
  await using opened = new AsyncDisposableStack()
  const open = await openState(opened, config, surroundings)
  registerDeadLetters(metrics.registry, open.letters)
  if (open.sharing) registerFollowing(metrics.registry, open.sharing.follower)
  if (open.taking) registerTiles(metrics.registry, open.taking)
  if (open.snapshots) registerSnapshots(metrics.registry, open.snapshots)
  const { catalog, charts, coWatch, counters, eventLog, flow, folder, lakePlace: place, openLake, people, rememberS, state, tiles } = open
  const { engines: shared, follower, written } = open.sharing ?? {}
  const removals = shared && new Removals({ removed: shared.removed, catalog, catalogueAgeMs: () => follower!.catalogueAgeMs() })
  const lake = writeLake(opened, config, surroundings, { ...open, engines: shared, saved: () => open.database.positions() })

  if (open.fetched) registerFetched(metrics.registry, open.fetched)
  const vectors = new FeedVectors(tiles, catalog, open.fetched)
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
    ? new SharedLedger({ ...shared, log: eventLog, state, written: written!, catalog, rememberS, appended: metrics.logAppended })
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
    limits: { ...config.feed, ...config.limits, stageDeadlineMs: config.feed.sourceDeadlineMs, atOnce: pagesAtOnce(config) },
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
      deadLetters: deadLetterService({ letters: open.letters, state, ledger, clock }),
      operations: operations({
        catalog,
        people,
        eventLog,
        imports,
        pipeline,
        clock,
        isOpen,
        models: models.host,
        taking: open.taking,
        explain: (request, signal) => explain(request, { ...parts, feed, pipeline, lake: pages, idLength: config.limits.idLength }, signal),
        checkFeatures: (request, signal) => {
          if (!hasRole(config, 'features'))
            throw new NotFound('ROLE_MISSING', 'roles', 'this server counts nothing: ask one with the role features')
          return featureCheck.run(request, signal)
        },
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

/** As many as there are threads that can work for a page and cores for them: this one, the index's, and those that rank. */
const pagesAtOnce = ({ models }: Config) => Math.min(availableParallelism(), 2 + models.workers)

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
  const { deadlineMs, hungMs, queue, workers } = models
  const runtime = new EmbeddedModels({
    folder: folder.path('vectors'),
    workers,
    maxWaiting: queue,
    lateMs: deadlineMs,
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
