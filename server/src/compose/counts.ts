import type { StateDatabase } from '../adapters/embedded/state-database.ts'
import type { SharedEngines } from '../adapters/shared-engines.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { CountShipper } from '../features/shared/count-shipper.ts'
import { registerShipper } from '../features/shared/counts-metrics.ts'
import { FetchedCounts } from '../features/shared/fetched-counts.ts'
import { FeatureTiles } from '../features/tiles/feature-tiles.ts'
import { LoadedOwner } from '../features/tiles/loaded-owner.ts'
import { idsOf } from '../features/vector/feed-vectors.ts'
import { allFeedViews } from '../features/views/feed-views.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { hasRole } from '../roles.ts'
import type { SharedParts } from '../state/shared-effects.ts'
import { TileProgress } from '../state/tile-progress.ts'
import { feedTiles } from './beside.ts'

/** Tiles of a server, and what records are counted into. */
export interface Counting {
  readonly tiles: FeatureTiles
  readonly into: SharedParts['tiles']
  /** What others count, where this server does not. */
  readonly fetched: FetchedCounts | undefined
  /** Where tiles are taken from topics: how far. */
  readonly progress: TileProgress | undefined
}

const nowhere: Counting['into'] = { event: () => undefined, slate: () => undefined }

/** Without the role `features` tiles are those of one person and one surface at a time, as others count them. */
export function openCounting(
  catalog: Catalog,
  database: StateDatabase,
  config: Config,
  clock: Clock,
  engines: SharedEngines | undefined,
): Counting {
  const whole = config.features.tiles === 'topics'
  if (hasRole(config, 'features') || engines === undefined) {
    const tiles = feedTiles(catalog, database, config, whole)
    return { tiles, into: whole ? nowhere : tiles, fetched: undefined, progress: whole ? new TileProgress() : undefined }
  }
  const owners = { person: new LoadedOwner('person'), surface: new LoadedOwner('surface') }
  const tiles = new FeatureTiles({ views: allFeedViews, ids: idsOf(catalog), loaded: owners, whole })
  const { candidates, sourceDeadlineMs } = config.feed
  const { counts } = engines
  const fetched = new FetchedCounts({ counts, owners, catalog, clock, deadlineMs: sourceDeadlineMs, mostCandidates: candidates })
  return { tiles, into: fetched, fetched, progress: undefined }
}

/** Tells servers that don't count what this one counts. */
export function shipCounts(
  opened: AsyncDisposableStack,
  { catalog, database, tiles }: { readonly catalog: Catalog; readonly database: StateDatabase; readonly tiles: FeatureTiles },
  { counts, leases }: SharedEngines,
  { clock, log, metrics }: { readonly clock: Clock; readonly log: Log; readonly metrics: Metrics },
): void {
  const shipper = new CountShipper({
    ...{ tiles, catalog, counts, leases, clock },
    *storedPeople() {
      for (const [person] of database.scan('tiles_person')) yield person
    },
    onError: (err) => log.error({ err }, 'what is counted was not told to other servers; it will be tried again'),
  })
  opened.adopt(shipper, (shipper) => shipper.close())
  registerShipper(metrics.registry, shipper)
  shipper.start()
}
