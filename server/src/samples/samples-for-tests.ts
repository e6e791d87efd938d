import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { encoded } from '../encoded.ts'
import { EventRecord, FeatureRecord, SlateRecord, VideoRecord } from '../generated/vireo/record/v1/records.ts'
import { UserVideoEvent_EventType as Type } from '../generated/vireo/v1/events.ts'
import { LakeDatabase, quoted } from '../lake/database.ts'
import { openLakeForTests, writerOptions } from '../lake/lake-for-tests.ts'
import { LakeWriter } from '../lake/lake-writer.ts'
import { filesOf } from '../lake/manifest-changes.ts'
import { rowsSql } from '../lake/views.ts'
import { type Topic, topics } from '../ports/event-log.ts'
import type { Lake } from '../ports/lake.ts'
import { type Joined, type JoinOptions, joinSamples } from './join-samples.ts'
import type { VectorFiles } from './replay/replay-features.ts'

/** 2026-01-15 07:10 in UTC, a Thursday. */
export const servedMs = Date.UTC(2026, 0, 15, 7, 10)

export type Sample = Readonly<Record<string, unknown>>

type Message = SlateRecord | EventRecord | FeatureRecord | VideoRecord

/** A lake to which records are brought in commits, and its samples, at times that the test says. */
export class LakeWithSamples {
  readonly lake: Lake
  readonly clock: { nowMs: number; now(): number }
  readonly #writer: LakeWriter
  readonly #offsets = new Map<Topic, number>()
  #events = 0

  private constructor(lake: Lake, clock: { nowMs: number; now(): number }, writer: LakeWriter) {
    this.lake = lake
    this.clock = clock
    this.#writer = writer
  }

  static async open(context: TestContext): Promise<LakeWithSamples> {
    const folder = await mkdtemp(join(tmpdir(), 'vireo-samples-'))
    const clock = { nowMs: servedMs, now: () => clock.nowMs }
    const lake = await openLakeForTests(folder, clock)
    const writer = await LakeWriter.open(lake, clock, writerOptions)
    context.after(async () => {
      await writer.close()
      await lake.close()
      await rm(folder, { recursive: true })
    })
    return new LakeWithSamples(lake, clock, writer)
  }

  /** Brings messages into the lake, in one commit. */
  async add(...messages: readonly Message[]): Promise<void> {
    const records = messages.map((message) => {
      const { topic, codec } = kindOf(message)
      const offset = this.#offsets.get(topic) ?? 0
      this.#offsets.set(topic, offset + 1)
      const value = encoded(codec as typeof EventRecord, message as EventRecord)
      const key = 'person' in message ? message.person : message.video!.videoId
      return { topic, partition: 0, offset, key, timeMs: message.timeMs, value }
    })
    for (const topic of topics) {
      const ofTopic = records.filter((record) => record.topic === topic)
      if (ofTopic.length > 0) await this.#writer.add(ofTopic)
    }
    await this.#writer.flush()
  }

  tidy(): Promise<void> {
    return this.#writer.tidy()
  }

  async join(nowMs = this.clock.nowMs, more: Partial<JoinOptions> = {}): Promise<Joined> {
    this.clock.nowMs = nowMs
    const signal = AbortSignal.timeout(60_000)
    return joinSamples({ lake: this.lake, clock: this.clock, horizonHours: 72, memoryMb: 256, signal, ...more })
  }

  /** Everything in `samples`, in the order of pages. */
  async samples(): Promise<Sample[]> {
    const files = filesOf(await this.lake.manifest(), 'samples')
    if (files.length === 0) return []
    const database = await LakeDatabase.open({ lake: this.lake, memoryMb: 256, tempFolder: this.lake.scratch('reading') })
    try {
      const { columns, rows } = await database.answer(
        `FROM ${rowsSql('samples', files, (path) => this.lake.location(path))} ORDER BY time_ms, person, slate_id, item_index`,
      )
      return rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at]])))
    } finally {
      database.close()
    }
  }

  /** Files of vectors as a replay leaves them, all as of one time. */
  async vectors(
    timeMs: number,
    rows: readonly {
      readonly slate: string
      readonly index: number
      readonly person: readonly number[]
      readonly item: readonly number[]
    }[],
  ): Promise<VectorFiles> {
    const [people, items] = [this.lake.scratch('people.parquet'), this.lake.scratch('items.parquet')]
    const database = await LakeDatabase.open({ memoryMb: 256, tempFolder: this.lake.scratch('writing') })
    const list = (values: readonly number[]) => `[${values.join(', ')}]::BIGINT[]`
    const write = (file: string, selects: readonly string[]) =>
      database.run(`COPY (${selects.join(' UNION ALL ')}) TO ${quoted(file)} (FORMAT parquet)`)
    try {
      const request = (at: number) => `SELECT ${at} AS request, ${timeMs}::BIGINT AS time_ms`
      await write(
        people,
        rows.map(({ person }, at) => `${request(at)}, 'ann' AS person, ['b'] AS recent_videos, ${list(person)} AS person_values`),
      )
      await write(
        items,
        rows.map(
          ({ slate, index, item }, at) => `${request(at)}, '${slate}' AS slate_id, ${index} AS item_index, ${list(item)} AS item_values`,
        ),
      )
      return { people, items }
    } finally {
      database.close()
    }
  }

  slate(slateId: string, videos: readonly string[], more: Partial<SlateRecord> = {}): SlateRecord {
    const items = videos.map((videoId, position) => ({ videoId, position, lengthMs: 60_000 }))
    return SlateRecord.fromPartial({ slateId, person: 'ann', timeMs: servedMs, surface: 'main', items, sources: ['trending'], ...more })
  }

  /** Of `ann`, about a video of a page, a minute after it was served. */
  event(type: keyof typeof Type, slateId: string, videoId: string, more: Partial<EventRecord> = {}): EventRecord {
    const timeMs = more.timeMs ?? servedMs + 60_000
    const eventId = `e${this.#events++}`
    return EventRecord.fromPartial({ type: Type[type], person: 'ann', eventId, videoId, slateId, timeMs, acceptedMs: timeMs, ...more })
  }
}

function kindOf(message: Message): { topic: Topic; codec: unknown } {
  if ('video' in message) return { topic: 'catalog', codec: VideoRecord }
  if ('eventId' in message) return { topic: 'events', codec: EventRecord }
  return 'featureSet' in message ? { topic: 'features', codec: FeatureRecord } : { topic: 'served', codec: SlateRecord }
}
