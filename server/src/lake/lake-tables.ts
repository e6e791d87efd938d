import { hourMs } from '../clock.ts'
import type { Topic } from '../ports/event-log.ts'

/** What SQL needs to know of a topic's table. */
export interface LogTable {
  /** What names a record: a second one with the same is a duplicate. Undefined where each record counts. */
  readonly key: readonly string[] | undefined
  /** When a record was accepted, in ms since 1970. */
  readonly acceptedSql: string
  /** What is true of one row of each record. */
  readonly firstRowSql: string
  /** The order of rows in a file. */
  readonly orderSql: string
}

/** The last time that a partition can name, in ms since 1970. */
export const lastTimeMs = 253_402_300_799_999

/** A record's own time, in ms since 1970, within years that a partition can name. */
const timeSql = `greatest(0, least(coalesce(log_time_ms, time_ms), ${lastTimeMs}))`

const byPerson = 'person, time_ms, log_partition, log_offset'

export const logTableOf: Readonly<Record<Topic, LogTable>> = {
  events: { key: ['person', 'event_id'], acceptedSql: `coalesce(accepted_ms, ${timeSql})`, firstRowSql: 'true', orderSql: byPerson },
  served: {
    key: ['slate_id'],
    acceptedSql: timeSql,
    firstRowSql: 'coalesce(item_index, 0) = 0',
    orderSql: `${byPerson}, item_index`,
  },
  features: { key: ['slate_id'], acceptedSql: timeSql, firstRowSql: 'true', orderSql: byPerson },
  catalog: { key: undefined, acceptedSql: timeSql, firstRowSql: 'true', orderSql: 'time_ms, log_partition, log_offset' },
  control: { key: undefined, acceptedSql: timeSql, firstRowSql: 'true', orderSql: 'time_ms, log_partition, log_offset' },
}

/** `date=2026-01-15/hour=07` of an hour since 1970, in UTC. */
export function partitionOf(hour: number): string {
  const [date, time] = new Date(hour * 3_600_000).toISOString().split('T') as [string, string]
  return `date=${date}/hour=${time.slice(0, 2)}`
}

/** The other way round. Undefined for what names no hour. */
export function hourOf(partition: string): number | undefined {
  const [, date, hour] = /^date=(\d{4}-\d\d-\d\d)\/hour=(\d\d)$/.exec(partition) ?? []
  return date === undefined ? undefined : Date.parse(`${date}T${hour}:00:00Z`) / 3_600_000
}

/** An hour may still get its last records for so long after its end. */
const settleMs = hourMs / 4

/** Whether most likely all records of a partition have come. */
export const isSettled = (partition: string, nowMs: number): boolean => (hourOf(partition)! + 1) * hourMs + settleMs <= nowMs

/** The SQL of Parquet files as one table, with the columns as they are in the files. */
export function parquetSql(locations: readonly string[]): string {
  return `read_parquet([${locations.map((location) => `'${location.replaceAll("'", "''")}'`).join(', ')}], hive_partitioning = false, union_by_name = true)`
}
