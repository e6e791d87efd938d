import { hourMs } from '../clock.ts'

/** A stretch of time in which a zone's clocks do not change: `offsetMs` is what they are ahead of UTC. */
export interface ZoneStretch {
  readonly zone: string
  readonly fromMs: number
  /** Not included. */
  readonly untilMs: number
  readonly offsetMs: number
}

/** Of each zone from one time to another, in ms since 1970. Names that are no zones (clients send what they like) have none. */
export function zoneStretches(zones: Iterable<string>, fromMs: number, untilMs: number): ZoneStretch[] {
  return [...zones].flatMap((zone) => {
    const offsetAt = zoneOffset(zone)
    return offsetAt === undefined ? [] : stretches(zone, offsetAt, fromMs, untilMs)
  })
}

/** A table of them for SQL: (time_zone, from_ms, until_ms, offset_ms). */
export function zonesSql(stretches: readonly ZoneStretch[]): string {
  const rows = stretches.map(
    ({ zone, fromMs, untilMs, offsetMs }) => `SELECT '${zone.replaceAll("'", "''")}', ${fromMs}, ${untilMs}, ${offsetMs}`,
  )
  const none =
    'SELECT CAST(NULL AS STRING) AS time_zone, CAST(NULL AS BIGINT) AS from_ms, CAST(NULL AS BIGINT) AS until_ms, 0 AS offset_ms WHERE false'
  return [none, ...rows].join(' UNION ALL ')
}

/** Clocks are put forward and back on full hours of UTC, but for a few on half hours. */
const stepMs = hourMs / 2

function stretches(zone: string, offsetAt: (ms: number) => number, fromMs: number, untilMs: number): ZoneStretch[] {
  const found: ZoneStretch[] = []
  let start = fromMs
  for (let at = Math.floor(fromMs / stepMs + 1) * stepMs; start < untilMs; at += stepMs) {
    if (at < untilMs && offsetAt(at) === offsetAt(start)) continue
    const end = Math.min(at, untilMs)
    found.push({ zone, fromMs: start, untilMs: end, offsetMs: offsetAt(start) })
    start = end
  }
  return found
}

/** What a zone's clocks are ahead of UTC at a time, in ms; undefined where there is no such zone. */
export function zoneOffset(zone: string): ((ms: number) => number) | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
    return (ms) => offsetOf(format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')!.value)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Of `GMT-03:30`; `GMT` is UTC. */
function offsetOf(name: string): number {
  const [, sign, hours, minutes] = /^GMT(?:([+-])(\d\d):(\d\d))?$/.exec(name) ?? []
  if (hours === undefined) return 0
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}
