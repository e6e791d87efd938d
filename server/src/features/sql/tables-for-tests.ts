import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { eventTypes } from '../streams/event-stream.ts'
import { text } from '../streams/stream.ts'
import type { AnyRecord } from '../streams-for-tests.ts'

const eventColumns = {
  person: 'VARCHAR',
  event_id: 'VARCHAR',
  type: 'VARCHAR',
  time_ms: 'BIGINT',
  video_id: 'VARCHAR',
  creator_id: 'VARCHAR',
  audio_id: 'VARCHAR',
  categories: 'VARCHAR[]',
  length_ms: 'INTEGER',
  watch_ms: 'INTEGER',
  surface: 'VARCHAR',
  untimed: 'BOOLEAN',
  source_long_view: 'BOOLEAN',
}
const servedColumns = {
  slate_id: 'VARCHAR',
  person: 'VARCHAR',
  time_ms: 'BIGINT',
  surface: 'VARCHAR',
  item_index: 'INTEGER',
  video_id: 'VARCHAR',
  creator_id: 'VARCHAR',
  audio_id: 'VARCHAR',
  categories: 'VARCHAR[]',
  length_ms: 'INTEGER',
}
const typeNames = new Map<number, string>(Object.entries(eventTypes).map(([name, type]) => [type, name]))

/** Records as the lake's tables have them: the columns that streams read. */
export function rowsOf(records: readonly AnyRecord[]): { events: object[]; served: object[] } {
  const events = records.flatMap((record) => ('event' in record ? record.event : []))
  const slates = records.flatMap((record) => ('slate' in record ? record.slate : []))
  return {
    events: events.map((event) => ({
      person: event.person,
      event_id: event.eventId,
      type: typeNames.get(event.type),
      time_ms: event.timeMs,
      video_id: text(event.videoId),
      creator_id: text(event.creatorId),
      audio_id: text(event.audioId),
      categories: event.categories,
      length_ms: event.lengthMs,
      watch_ms: event.watchMs,
      surface: text(event.surface),
      untimed: event.untimed,
      source_long_view: event.sourceLongView,
    })),
    served: slates.flatMap(({ slateId, person, timeMs, surface, items }) =>
      items.map((item, index) => ({
        slate_id: slateId,
        person,
        time_ms: timeMs,
        surface: text(surface),
        item_index: index,
        video_id: text(item.videoId),
        creator_id: text(item.creatorId),
        audio_id: text(item.audioId),
        categories: item.categories,
        length_ms: item.lengthMs,
      })),
    ),
  }
}

/** The lake's tables in DuckDB. */
export class TablesForTests {
  readonly #instance: DuckDBInstance
  readonly #connection: DuckDBConnection
  readonly #folder = mkdtempSync(join(tmpdir(), 'vireo-tiles-'))

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance
    this.#connection = connection
  }

  static async open(): Promise<TablesForTests> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '1GB' })
    return new TablesForTests(instance, await instance.connect())
  }

  async fill(records: readonly AnyRecord[]): Promise<void> {
    const { events, served } = rowsOf(records)
    await this.#fill('events', eventColumns, events)
    await this.#fill('served', servedColumns, served)
  }

  /** The table `requests`: id, time and the parts of a key, texts but for buckets. */
  async fillRequests(keys: readonly string[], rows: readonly (readonly (string | number | null)[])[]): Promise<void> {
    const types = keys.map((name) => [name, name.endsWith('_bucket') ? 'BIGINT' : 'VARCHAR'])
    const columns = { request_id: 'BIGINT', time_ms: 'BIGINT', ...Object.fromEntries(types) }
    const names = Object.keys(columns)
    await this.#fill(
      'requests',
      columns,
      rows.map((row) => Object.fromEntries(row.map((value, at) => [names[at], value]))),
    )
  }

  async columns(sql: string): Promise<readonly string[]> {
    return (await this.#connection.runAndReadAll(sql)).columnNames()
  }

  readonly query = async function* (this: TablesForTests, sql: string): AsyncGenerator<unknown[][]> {
    yield (await this.#connection.runAndReadAll(sql)).getRows()
  }.bind(this)

  /** A table as a Parquet file. */
  async toParquet(table: string, file: string): Promise<void> {
    await this.#connection.run(`COPY ${table} TO '${file}' (FORMAT parquet)`)
  }

  close(): void {
    this.#connection.closeSync()
    this.#instance.closeSync()
    rmSync(this.#folder, { recursive: true })
  }

  async #fill(table: string, columns: Readonly<Record<string, string>>, rows: readonly object[]): Promise<void> {
    const file = join(this.#folder, `${table}.jsonl`)
    writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
    const types = Object.entries(columns).map(([name, type]) => `${name}: '${type}'`)
    await this.#connection.run(
      `CREATE OR REPLACE TABLE ${table} AS SELECT * FROM read_json('${file}', format = 'newline_delimited', columns = {${types.join(', ')}})`,
    )
  }
}
