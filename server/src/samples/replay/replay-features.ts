import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { BIGINT, INTEGER, LIST, listValue, VARCHAR } from '@duckdb/node-api'
import type { Catalog } from '../../catalog/catalog.ts'
import { minuteMs } from '../../clock.ts'
import type { FeatureTiles } from '../../features/tiles/feature-tiles.ts'
import { featureSetId } from '../../features/vector/feature-set.ts'
import { feedFeatureSet } from '../../features/vector/feed-feature-set.ts'
import { FeedVectors } from '../../features/vector/feed-vectors.ts'
import type { EventRecord, SlateRecord } from '../../generated/vireo/record/v1/records.ts'
import { Video, VideoState } from '../../generated/vireo/v1/catalog.ts'
import { LakeDatabase, quoted } from '../../lake/database.ts'
import { filesOf } from '../../lake/manifest-changes.ts'
import { rowsSql } from '../../lake/views.ts'
import type { PersonState } from '../../people/person-state.ts'
import type { Lake, Manifest } from '../../ports/lake.ts'
import { type Replayed, replayedStream } from './replayed-stream.ts'
import { VectorTable } from './vector-table.ts'

/** A state of its own that the replay fills: empty at first. */
export interface ReplayState {
  readonly catalog: Catalog
  readonly tiles: FeatureTiles
  readonly people: { read(person: string): PersonState; change<Result>(person: string, apply: (state: PersonState) => Result): Result }
  /** Lets what has changed go to disk, so that memory stays bounded. */
  save(): Promise<void>
}

export interface ReplayOptions {
  readonly lake: Lake
  readonly manifest: Manifest
  readonly state: ReplayState
  /** SQL of the requests over the tables `served`, `logged` (slates whose vectors of this set serving logged) and `vectors` (and those that were replayed). */
  readonly requestsSql: string
  /** Where the files are to lie. */
  readonly folder: string
  /** Memory of DuckDB, in MiB. */
  readonly memoryMb: number
  readonly signal: AbortSignal
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
}

/** A pair of Parquet files: of some requests, one after the other in time, the people's side of the vectors and that of all their items. */
export interface VectorFiles {
  /** request, time_ms, person, recent_videos, person_values */
  readonly people: string
  /** request, time_ms, slate_id, item_index, video_id, item_values */
  readonly items: string
}

/** What is read again at a time: 35 MB of vectors. */
const itemsAFile = 16_384
const changesASave = 2_000_000
const ownersSwept = 2_000

/**
 * Goes through everything in the lake in the order of time, and makes the vectors that serving would have made at the
 * time of each request. Resolves with the files that hold them: none where nothing was asked for.
 */
export async function replayFeatures(options: ReplayOptions): Promise<VectorFiles[]> {
  const { folder, lake, memoryMb, signal, onProgress } = options
  await mkdir(folder, { recursive: true })
  const open = () => LakeDatabase.open({ lake, memoryMb: Math.ceil(memoryMb / 2), tempFolder: join(folder, randomUUID()), signal })
  const reading = await open()
  const writing = await open()
  try {
    await prepare(reading, options)
    const total = await reading.number('SELECT count(*) FROM requests')
    if (total === 0) return []
    await takeVideos(reading, options.state.catalog)
    const replay = new Replay(options.state, writing, folder)
    for await (const rows of replayedStream(reading)) {
      for (const row of rows) await replay.take(row)
      onProgress?.({ done: replay.requests, total })
    }
    return await replay.finish()
  } finally {
    reading.close()
    writing.close()
  }
}

async function prepare(database: LakeDatabase, { lake, manifest, requestsSql }: ReplayOptions): Promise<void> {
  const rows = (table: 'events' | 'served' | 'catalog') => rowsSql(table, filesOf(manifest, table), (path) => lake.location(path))
  for (const table of ['events', 'served', 'catalog'] as const) await database.run(`CREATE TEMP VIEW ${table} AS FROM ${rows(table)}`)
  const slates = (...tables: readonly ('features' | 'replayed')[]) => {
    const files = tables.flatMap((table) => filesOf(manifest, table)).map(({ path }) => quoted(lake.location(path)))
    if (files.length === 0) return 'SELECT NULL::VARCHAR AS slate_id WHERE false'
    return `SELECT slate_id FROM read_parquet([${files.join(', ')}]) WHERE feature_set = ${quoted(featureSetId(feedFeatureSet))}`
  }
  await database.run(`CREATE TEMP VIEW logged AS ${slates('features')}`)
  await database.run(`CREATE TEMP VIEW vectors AS ${slates('features', 'replayed')}`)
  await database.run(`CREATE TEMP TABLE requests AS ${requestsSql}`)
}

/** Videos as they are known last: what records say of them is in the records. */
async function takeVideos(database: LakeDatabase, catalog: Catalog): Promise<void> {
  const sql = `SELECT video_id, creator_id, audio_id, categories, length_ms, upload_ms::DOUBLE FROM (
    SELECT *, row_number() OVER (PARTITION BY video_id ORDER BY time_ms DESC, log_partition DESC, log_offset DESC) AS nth FROM catalog
  ) WHERE nth = 1 ORDER BY video_id`
  for await (const rows of database.pieces(sql)) {
    for (const [videoId, creatorId, audioId, categories, lengthMs, uploadMs] of rows as [
      string,
      string | null,
      string | null,
      { items: string[] },
      number | null,
      number | null,
    ][]) {
      catalog.take(
        Video.create({
          videoId,
          creatorId: creatorId ?? '',
          audioId: audioId ?? '',
          categories: categories.items.map((name) => ({ name, confidence: 0, source: '' })),
          lengthMs: lengthMs ?? undefined,
          uploadTime: uploadMs === null ? undefined : { seconds: BigInt(Math.floor(uploadMs / 1_000)), nanos: 0 },
          state: VideoState.VIDEO_STATE_CLEARED,
        }),
      )
    }
  }
}

class Replay {
  requests = 0
  readonly #state: ReplayState
  readonly #vectors: FeedVectors
  readonly #people: VectorTable
  readonly #items: VectorTable
  readonly #folder: string
  readonly #files: VectorFiles[] = []
  readonly #person = new Float32Array(FeedVectors.personWidth)
  readonly #item = new Float32Array(FeedVectors.itemWidth)
  #sweptMs = Number.NEGATIVE_INFINITY
  #unsaved = 0

  constructor(state: ReplayState, database: LakeDatabase, folder: string) {
    this.#state = state
    this.#vectors = new FeedVectors(state.tiles, state.catalog)
    this.#folder = folder
    const request = [
      { name: 'request', type: INTEGER },
      { name: 'time_ms', type: BIGINT },
    ]
    const recent = [...request, { name: 'person', type: VARCHAR }, { name: 'recent_videos', type: LIST(VARCHAR) }]
    const shown = [
      ...request,
      { name: 'slate_id', type: VARCHAR },
      { name: 'item_index', type: INTEGER },
      { name: 'video_id', type: VARCHAR },
    ]
    this.#people = new VectorTable(database, 'people', recent, FeedVectors.personWidth)
    this.#items = new VectorTable(database, 'items', shown, FeedVectors.itemWidth)
  }

  async take(row: Replayed): Promise<void> {
    if (row.timeMs >= this.#sweptMs + minuteMs) {
      this.#state.tiles.expire(row.timeMs, ownersSwept)
      this.#sweptMs = row.timeMs
    }
    if (row.kind === 'request') await this.#make(row)
    else if (row.kind === 'slate') this.#served(row.slate)
    else this.#did(row.event)
    if (row.kind === 'request' || ++this.#unsaved < changesASave) return
    await this.#state.save()
    this.#unsaved = 0
  }

  async finish(): Promise<VectorFiles[]> {
    if (this.#people.rows > 0) await this.#nextFiles()
    return this.#files
  }

  async #make({ person, surface, timeMs, request: { request, items } }: Replayed & { kind: 'request' }): Promise<void> {
    const { catalog, people } = this.#state
    this.#vectors.begin({ person, state: people.read(person), surface, nowMs: timeMs }, this.#person)
    const { values, at } = this.#people.next
    values.set(this.#person, at)
    const asOf = BigInt(timeMs)
    await this.#people.add([request, asOf, person, listValue(this.#vectors.recentVideos)])
    for (const { slate, index, video } of items) {
      const next = this.#items.next
      this.#vectors.candidates([this.#slotOf(catalog, video)], this.#item)
      next.values.set(this.#item, next.at)
      await this.#items.add([request, asOf, slate, index, video])
    }
    this.requests++
    if (this.#items.rows >= itemsAFile) await this.#nextFiles()
  }

  /** Whoever removed it from the lake's catalogue left what was done with it. */
  #slotOf(catalog: Catalog, videoId: string): number {
    const slot = catalog.ids.find(videoId)
    return slot >= 0 ? slot : catalog.take(Video.create({ videoId }))
  }

  async #nextFiles(): Promise<void> {
    const name = String(this.#files.length).padStart(6, '0')
    const files = { people: join(this.#folder, `people-${name}.parquet`), items: join(this.#folder, `items-${name}.parquet`) }
    await this.#people.moveTo(files.people, 'person_values')
    await this.#items.moveTo(files.items, 'item_values')
    this.#files.push(files)
  }

  #served(slate: SlateRecord): void {
    const { catalog, people, tiles } = this.#state
    const slots = slate.items.map(({ videoId }) => catalog.ids.find(videoId))
    people.change(slate.person, (person) => {
      person.served(slate, slots, nowhere, catalog.ids)
      person.settle(catalog.ids)
    })
    tiles.slate(slate)
  }

  #did(event: EventRecord): void {
    const { catalog, people, tiles } = this.#state
    const slot = event.videoId === '' ? -1 : catalog.ids.find(event.videoId)
    people.change(event.person, (person) => {
      person.did(event, slot, catalog.ids)
      person.settle(catalog.ids)
    })
    tiles.event(event)
  }
}

/** Nobody asks for these pages again. */
const nowhere = { topic: 'served', partition: 0, offset: 0 } as const
