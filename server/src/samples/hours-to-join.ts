import type { LakeDatabase } from '../lake/database.ts'
import { hourOf } from '../lake/lake-tables.ts'
import { changedSince, filesOf } from '../lake/manifest-changes.ts'
import { rowsSql } from '../lake/views.ts'
import type { Lake, Manifest } from '../ports/lake.ts'
import { hoursAround } from './hours-around.ts'
import { reachHours, reportingMs } from './label-join.ts'

/** Where the lake is read. */
export interface Reading {
  readonly lake: Pick<Lake, 'location'>
  readonly manifest: Manifest
  readonly database: LakeDatabase
}

const inputs = ['served', 'events'] as const

/**
 * Hours of `served` whose samples are missing or no longer right, in order: their pages or events of their pages have
 * come since, the client of a person turns out to report impressions, or samples were not final yet.
 */
export async function hoursToJoin(reading: Reading, horizonHours: number): Promise<string[]> {
  const { manifest } = reading
  const since = manifest.derived.samples ?? 0
  const hours = new Set(changedSince(manifest, 'served', since))
  if (since > 0) for (const hour of await hoursOfNewEvents(reading, since, horizonHours)) hours.add(hour)
  const served = new Set(filesOf(manifest, 'served').map(({ partition }) => partition))
  for (const { hour, version, isFinal } of await joinedHours(reading)) {
    // What a run has joined that was stopped before its end.
    if (version >= lastChange(manifest)) hours.delete(hour)
    if (!isFinal) hours.add(hour)
  }
  return [...hours].filter((hour) => served.has(hour) && hourOf(hour) !== undefined).sort()
}

/** Whether something that samples are made from has changed since they were made. */
export const isBehind = (manifest: Manifest): boolean => lastChange(manifest) > (manifest.derived.samples ?? 0)

async function hoursOfNewEvents(reading: Reading, since: number, horizonHours: number): Promise<string[]> {
  const { manifest, database } = reading
  const changed = changedSince(manifest, 'events', since)
  if (changed.length === 0) return []
  const around = hoursAround(changed, reachHours(horizonHours))
  const isNew = new Set(filesOf(manifest, 'events', changed).filter(({ added }) => added > since))
  const before = filesOf(manifest, 'events', around).filter((file) => !isNew.has(file))
  const rows = (table: 'events' | 'served', files = filesOf(manifest, table, around)) =>
    rowsSql(table, files, (path) => reading.lake.location(path))
  const isNear = `impression.person = slates.person AND impression.time_ms BETWEEN slates.time_ms - ${reportingMs} AND slates.time_ms + ${reportingMs}`
  const found = await database.rows(`
    WITH new_events AS (FROM ${rows('events', [...isNew])} SELECT person, time_ms, type, slate_id, untimed),
    slates AS (FROM ${rows('served')} SELECT DISTINCT slate_id, person, time_ms, date, hour),
    impressions AS (FROM ${rows('events', before)} SELECT person, time_ms WHERE type = 'impression' AND NOT untimed)
    SELECT DISTINCT date, hour FROM slates WHERE slate_id IN (SELECT slate_id FROM new_events WHERE slate_id IS NOT NULL)
    UNION
    SELECT DISTINCT date, hour FROM slates
    WHERE EXISTS (FROM new_events AS impression WHERE type = 'impression' AND NOT untimed AND ${isNear})
      AND NOT EXISTS (FROM impressions AS impression WHERE ${isNear})`)
  return found.map(([date, hour]) => `date=${date}/hour=${hour}`)
}

interface JoinedHour {
  readonly hour: string
  /** Of the lake that its samples were made from. */
  readonly version: number
  readonly isFinal: boolean
}

async function joinedHours({ manifest, database, lake }: Reading): Promise<JoinedHour[]> {
  const files = filesOf(manifest, 'samples')
  if (files.length === 0) return []
  const samples = rowsSql('samples', files, (path) => lake.location(path))
  const rows = await database.rows(`SELECT date, hour, min(joined_version)::DOUBLE, bool_and(is_final) FROM ${samples} GROUP BY ALL`)
  return rows.map(([date, hour, version, isFinal]) => ({
    hour: `date=${date}/hour=${hour}`,
    version: version as number,
    isFinal: isFinal as boolean,
  }))
}

/** The version in which rows that samples are made from changed last. */
function lastChange({ changed }: Manifest): number {
  const versions = Object.entries(changed).map(([key, version]) => (inputs.some((table) => key.startsWith(`${table}/`)) ? version : 0))
  return versions.reduce((last, version) => Math.max(last, version), 0)
}
