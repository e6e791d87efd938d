import type { StoredRecord, Topic } from '../ports/event-log.ts'
import type { LakeDatabase } from './database.ts'
import type { LogProgress } from './log-progress.ts'
import { recordRows } from './record-rows.ts'
import { createTable, RowAppender } from './row-appender.ts'

/** Records that wait, as rows, to be written to files: in DuckDB, which moves them to disk where memory ends. */
export class Staging {
  readonly #database: LakeDatabase
  readonly #appenders = new Map<Topic, RowAppender>()
  rows = 0
  /** Of the records' values. */
  bytes = 0

  constructor(database: LakeDatabase) {
    this.#database = database
  }

  /** The topics of the records that wait, each of which has a table `stagedTable(topic)`. */
  get topics(): readonly Topic[] {
    return [...this.#appenders.keys()]
  }

  async add(topic: Topic, records: readonly StoredRecord[], progress?: LogProgress): Promise<void> {
    const appender = await this.#appender(topic)
    const { rowsOf } = recordRows[topic]
    for (const record of records) {
      if (progress?.admit(record) === false) continue
      const { rows, readable, acceptedMs } = rowsOf(record)
      if (!readable) progress?.unreadable(record)
      if (acceptedMs !== undefined) progress?.accepted(record, acceptedMs)
      for (const row of rows) appender.add(row)
      this.rows += rows.length
      this.bytes += record.value.byteLength
    }
  }

  /** All that was added is in the tables. Nothing may be added until `clear`. */
  finish(): void {
    for (const appender of this.#appenders.values()) appender.close()
  }

  async clear(): Promise<void> {
    for (const topic of this.#appenders.keys()) await this.#database.run(`DROP TABLE IF EXISTS ${stagedTable(topic)}`)
    this.#appenders.clear()
    this.rows = 0
    this.bytes = 0
  }

  async #appender(topic: Topic): Promise<RowAppender> {
    let appender = this.#appenders.get(topic)
    if (appender === undefined) {
      const { columns } = recordRows[topic]
      await createTable(this.#database, stagedTable(topic), columns)
      appender = await RowAppender.open(this.#database, stagedTable(topic), columns)
      this.#appenders.set(topic, appender)
    }
    return appender
  }
}

export const stagedTable = (topic: Topic): string => `staged_${topic}`
