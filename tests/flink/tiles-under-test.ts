import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { FollowedTiles } from '../../server/src/adapters/kafka/followed-tiles-for-tests.ts'
import { openKafkaEventLog } from '../../server/src/adapters/kafka/kafka-event-log.ts'
import type { Config } from '../../server/src/config.ts'
import type { View } from '../../server/src/features/language/view.ts'
import { TablesForTests } from '../../server/src/features/sql/tables-for-tests.ts'
import type { AnyRecord } from '../../server/src/features/streams-for-tests.ts'
import { FeatureTiles } from '../../server/src/features/tiles/feature-tiles.ts'
import type { EventLog } from '../../server/src/ports/event-log.ts'
import { kafkaOf } from './flink-for-tests.ts'
import { streamWithRepeats } from './records-with-repeats.ts'
import { differences, tileOfRow, tilesInMemory, tilesInTables } from './tile-tables.ts'

const recordsAnAppend = 500
const patienceMs = 180_000
const pollMs = 200

/** A log with generated records, and what Flink, DuckDB and memory make of it. */
export class TilesUnderTest {
  readonly #views: readonly View[]
  readonly #log: EventLog
  readonly #tables: TablesForTests
  readonly #followed: FollowedTiles
  readonly #found: ReadonlyMap<string, string>
  readonly #records: AnyRecord[] = []
  #streams = 0

  private constructor(
    views: readonly View[],
    log: EventLog,
    tables: TablesForTests,
    followed: FollowedTiles,
    found: ReadonlyMap<string, string>,
  ) {
    this.#views = views
    this.#log = log
    this.#tables = tables
    this.#followed = followed
    this.#found = found
  }

  static async open(config: Config, views: readonly View[]): Promise<TilesUnderTest> {
    const log = await openKafkaEventLog(kafkaOf(config))
    const found = new Map<string, string>()
    const followed = await FollowedTiles.open(kafkaOf(config), views, (view, row) => found.set(...tileOfRow(view, row)))
    return new TilesUnderTest(views, log, await TablesForTests.open(), followed, found)
  }

  /** Writes so many more records, and repetitions of them, to the log. */
  async write(count: number): Promise<void> {
    const { records, log } = streamWithRepeats(count, ++this.#streams)
    for (let at = 0; at < log.length; at += recordsAnAppend) await this.#log.append(log.slice(at, at + recordsAnAppend))
    this.#records.push(...records)
  }

  /** Waits until Flink's tiles are those that DuckDB and memory make of the records; how many those are. */
  async agree(): Promise<number> {
    await this.#tables.fill(this.#records)
    const expected = await tilesInTables(this.#views, this.#tables)
    const tiles = new FeatureTiles({ views: this.#views, keepAll: true })
    for (const record of this.#records) 'event' in record ? tiles.event(record.event) : tiles.slate(record.slate)
    assert.deepEqual(differences(tilesInMemory(this.#views, tiles), expected), [])
    const limit = AbortSignal.timeout(patienceMs)
    for (let wrong = differences(this.#found, expected); wrong.length > 0; wrong = differences(this.#found, expected)) {
      assert.ok(!limit.aborted, `${wrong.length} of ${expected.size} tiles differ: ${JSON.stringify(wrong.slice(0, 5))}`)
      await sleep(pollMs)
    }
    return expected.size
  }

  async close(): Promise<void> {
    await this.#followed.close()
    this.#tables.close()
    await this.#log.close()
  }
}
