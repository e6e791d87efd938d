import { readFileSync } from 'node:fs'
import type { Catalog } from './catalog/catalog.ts'
import type { Clock } from './clock.ts'
import type { FeedPipeline } from './feed/feed-pipeline.ts'
import type { ImportResponse } from './generated/vireo/v1/admin.ts'
import { importFolder } from './importing/import-folder.ts'
import type { ImportTarget } from './importing/import-target.ts'
import type { ModelHost } from './models/serving/model-host.ts'
import { describe } from './pipeline/describe.ts'
import type { EventLog } from './ports/event-log.ts'
import type { PersonStore } from './ports/person-store.ts'
import type { Services } from './services.ts'
import type { TileFollower } from './state/tile-follower.ts'

export interface OperationsParts {
  readonly catalog: Catalog
  readonly people: PersonStore
  readonly eventLog: EventLog
  readonly imports: ImportTarget
  readonly pipeline: FeedPipeline
  readonly clock: Clock
  readonly isOpen: () => boolean
  readonly models: Pick<ModelHost, 'current'>
  readonly explain: Services['operations']['explain']
  readonly checkFeatures: Services['operations']['checkFeatures']
  /** Where tiles are taken from topics. */
  readonly taking: Pick<TileFollower, 'behind'> | undefined
}

export const version: string = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version

/** What those who run it ask. */
export function operations(parts: OperationsParts): Services['operations'] {
  const { catalog, clock, eventLog, imports, people, pipeline } = parts
  const startedS = BigInt(Math.floor(clock.now() / 1000))
  return {
    explain: parts.explain,
    checkFeatures: parts.checkFeatures,
    ready: parts.isOpen,
    describe: () => ({
      stages: describe(pipeline).map(({ kind, name, onFailure = '', deadlineMs = 0 }) => ({ kind, name, onFailure, deadlineMs })),
    }),
    async status() {
      const records: Record<string, bigint> = {}
      for (const { topic, end } of await eventLog.extents()) records[topic] = (records[topic] ?? 0n) + BigInt(end)
      return {
        version,
        started: { seconds: startedS, nanos: 0 },
        videos: catalog.ids.size,
        clearedVideos: catalog.cleared,
        people: await people.count,
        logRecords: records,
        residentBytes: BigInt(process.memoryUsage.rss()),
        ready: parts.isOpen(),
        model: parts.models.current?.id ?? '',
        vectors: parts.models.current?.index?.size ?? 0,
        ...(parts.taking && { tilesBehind: BigInt(await parts.taking.behind()) }),
      }
    },
    async *import({ folder, shiftToNow }, signal): AsyncGenerator<ImportResponse> {
      for await (const { rowsDone, rowsTotal, phase, refused, finished } of importFolder(folder, { shiftToNow, signal }, imports)) {
        const counts = Object.fromEntries(Object.entries(refused).map(([reason, count]) => [reason, BigInt(count)]))
        yield { rowsDone: BigInt(rowsDone), rowsTotal: BigInt(rowsTotal), phase, refused: counts, finished }
      }
    },
  }
}
