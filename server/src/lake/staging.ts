import type { Topic } from '../ports/event-log.ts'
import type { Lake } from '../ports/lake.ts'
import type { LakeDatabase } from './database.ts'
import type { LogProgress } from './log-progress.ts'
import type { RecordPacket } from './record-packet.ts'
import { StagedTopic, stagedTable } from './staged-topic.ts'

/** Records that wait to be written to files. */
export class Staging {
  readonly #database: LakeDatabase
  readonly #lake: Lake
  readonly #nameOf: () => string
  readonly #topics = new Map<Topic, StagedTopic>()
  records = 0
  /** Of the records' values. */
  bytes = 0

  /** `nameOf` gives names for files that were never given before. */
  constructor(database: LakeDatabase, lake: Lake, nameOf: () => string) {
    this.#database = database
    this.#lake = lake
    this.#nameOf = nameOf
  }

  /** Those of the records that wait. */
  get topics(): ReadonlyMap<Topic, StagedTopic> {
    return this.#topics
  }

  add(packet: RecordPacket, progress?: LogProgress): void {
    const { topic } = packet
    let staged = this.#topics.get(topic)
    if (staged === undefined) {
      staged = new StagedTopic(topic, this.#database, this.#lake, this.#nameOf)
      this.#topics.set(topic, staged)
    }
    const { records, bytes } = staged.add(packet, progress)
    this.records += records
    this.bytes += bytes
  }

  async clear(): Promise<void> {
    for (const topic of this.#topics.keys()) await this.#database.run(`DROP TABLE IF EXISTS ${stagedTable(topic)}`)
    this.#topics.clear()
    this.records = 0
    this.bytes = 0
  }
}
