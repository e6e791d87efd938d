import type { DuckDBListValue, DuckDBValue } from '@duckdb/node-api'
import { hourMs } from '../clock.ts'
import type { Topic } from '../ports/event-log.ts'
import type { LakeFile } from '../ports/lake.ts'
import type { LakeDatabase } from './database.ts'
import { logTableOf, parquetSql } from './lake-tables.ts'
import { addTo, type Offsets } from './offsets.ts'
import { stagedTable } from './staged-topic.ts'

/**
 * Finds records that were there before: of the same key, accepted within so many hours of each other. The first in the
 * log's order counts. Memory holds 64 bits a key of the hours around those of the last batch (DuckDB moves them to disk
 * where they are many); a key that they know is looked up in the files, so a collision loses nothing.
 */
export class Duplicates {
  readonly #database: LakeDatabase
  readonly #location: (path: string) => string
  readonly #withinHours: number
  /** By topic: the hours of acceptance whose keys are in its table of known keys. */
  readonly #known = new Map<Topic, Set<number>>()

  constructor(database: LakeDatabase, location: (path: string) => string, withinHours: number) {
    this.#database = database
    this.#location = location
    this.#withinHours = withinHours
  }

  /** The records of the table `stagedTable(topic)` that are duplicates, of others in it or of those in files. */
  async find(topic: Topic, files: readonly LakeFile[]): Promise<Offsets> {
    if (logTableOf[topic].key === undefined) return new Map()
    await this.#know(topic, files)
    const keys = `SELECT ${hashSql(topic)} AS hash FROM ${stagedTable(topic)} WHERE ${keyedSql(topic)}`
    await this.#database.run(`CREATE OR REPLACE TEMP TABLE suspects AS
      SELECT hash FROM (${keys}) GROUP BY hash HAVING count(*) > 1
      UNION SELECT hash FROM (${keys}) WHERE hash IN (SELECT hash FROM ${knownTable(topic)})`)
    if ((await this.#database.number('SELECT count(*) FROM suspects')) === 0) return new Map()
    return this.#judged(topic, files)
  }

  /** What is staged has been committed. */
  async remember(topic: Topic): Promise<void> {
    if (logTableOf[topic].key === undefined) return
    await this.#database.run(
      `INSERT INTO ${knownTable(topic)} SELECT ${hashSql(topic)}, ${stagedHourSql} FROM ${stagedTable(topic)} WHERE ${keyedSql(topic)}`,
    )
  }

  /** Knows the keys of all hours around those of what is staged, and forgets the others. */
  async #know(topic: Topic, files: readonly LakeFile[]): Promise<void> {
    const table = knownTable(topic)
    let known = this.#known.get(topic)
    if (known === undefined) {
      known = new Set()
      this.#known.set(topic, known)
      await this.#database.run(`CREATE OR REPLACE TABLE ${table} (hash UBIGINT, hour BIGINT)`)
    }
    const hours = await this.#database.rows(`SELECT DISTINCT ${stagedHourSql} FROM ${stagedTable(topic)} WHERE ${keyedSql(topic)}`)
    const needed = new Set<number>()
    for (const [hour] of hours) {
      for (let at = Number(hour) - this.#withinHours; at <= Number(hour) + this.#withinHours; at++) needed.add(at)
    }
    const past = without(known, needed)
    if (past.size > 0) await this.#database.run(`DELETE FROM ${table} WHERE hour IN (${list(past)})`)
    const missing = without(needed, known)
    const read = files.filter((file) => touches(file, missing))
    if (read.length > 0) {
      const { acceptedSql, firstRowSql } = logTableOf[topic]
      const hour = `(${acceptedSql}) // ${hourMs}`
      await this.#database.run(`INSERT INTO ${table} SELECT ${hashSql(topic)}, ${hour} FROM ${this.#parquet(read)}
        WHERE ${firstRowSql} AND ${keyedSql(topic)} AND ${hour} IN (${list(missing)})`)
    }
    this.#known.set(topic, needed)
  }

  /** The suspects that are duplicates, found by their whole keys. */
  async #judged(topic: Topic, files: readonly LakeFile[]): Promise<Offsets> {
    const { key, acceptedSql, firstRowSql } = logTableOf[topic]
    const select = `SELECT [${key!.join(', ')}]`
    const where = `WHERE ${keyedSql(topic)} AND ${hashSql(topic)} IN (SELECT hash FROM suspects)`
    const staged = await this.#database.rows(
      `${select}, accepted_ms, log_partition, log_offset FROM ${stagedTable(topic)} ${where} ORDER BY log_partition, log_offset`,
    )
    const counted = new Map<string, number[]>()
    const times = staged.map(([, acceptedMs]) => Number(acceptedMs))
    const withinMs = this.#withinHours * hourMs
    const firstMs = times.reduce((least, each) => Math.min(least, each), Number.POSITIVE_INFINITY) - withinMs
    const lastMs = times.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY) + withinMs
    const near = files.filter(({ minAcceptedMs, maxAcceptedMs }) => maxAcceptedMs >= firstMs && minAcceptedMs <= lastMs)
    if (near.length > 0) {
      const stored = await this.#database.rows(`${select}, ${acceptedSql} FROM ${this.#parquet(near)} ${where} AND ${firstRowSql}`)
      for (const [keyed, acceptedMs] of stored) note(counted, nameOf(keyed), Number(acceptedMs))
    }
    const duplicates = new Map<number, Set<number>>()
    for (const [keyed, accepted, partition, offset] of staged) {
      const name = nameOf(keyed)
      const acceptedMs = Number(accepted)
      const isKnown = counted.get(name)?.some((each) => Math.abs(each - acceptedMs) <= withinMs)
      if (isKnown) addTo(duplicates, Number(partition), Number(offset))
      else note(counted, name, acceptedMs)
    }
    return duplicates
  }

  #parquet(files: readonly LakeFile[]): string {
    return parquetSql(files.map(({ path }) => this.#location(path)))
  }
}

const knownTable = (topic: Topic) => `known_${topic}`
const hashSql = (topic: Topic) => `hash(${logTableOf[topic].key!.join(', ')})`
const stagedHourSql = `accepted_ms // ${hourMs}`
/** What has no key, as a record that could not be read, is a duplicate of nothing. */
const keyedSql = (topic: Topic) => `(${logTableOf[topic].key!.map((column) => `${column} IS NOT NULL`).join(' AND ')})`
const list = (hours: ReadonlySet<number>) => [...hours].join(', ')
const without = (hours: ReadonlySet<number>, others: ReadonlySet<number>) => new Set([...hours].filter((hour) => !others.has(hour)))

function touches({ minAcceptedMs, maxAcceptedMs }: LakeFile, hours: ReadonlySet<number>): boolean {
  for (let hour = Math.floor(minAcceptedMs / hourMs); hour <= Math.floor(maxAcceptedMs / hourMs); hour++) {
    if (hours.has(hour)) return true
  }
  return false
}

const nameOf = (key: DuckDBValue | undefined) => JSON.stringify((key as DuckDBListValue).items)

function note(counted: Map<string, number[]>, name: string, acceptedMs: number): void {
  const times = counted.get(name)
  if (times === undefined) counted.set(name, [acceptedMs])
  else times.push(acceptedMs)
}
