import { dayMs, hourMs } from '../../clock.ts'
import { zoneOffset } from '../../samples/time-zones.ts'

/** Clocks are put forward and back on half hours at the finest. */
const holdsMs = hourMs / 2
const mostZones = 1_000

interface Held {
  readonly offsetMs: number
  /** The half hour that it holds for. */
  readonly halfHour: number
}

const held = new Map<string, Held>()

/** Hour of the day (0 to 23) and weekday (1 is Monday, to 7) in a time zone, as label joins have them; UTC where there is no such zone. */
export function localTime(nowMs: number, timeZone: string): { hour: number; weekday: number } {
  const localMs = nowMs + offsetOf(nowMs, timeZone)
  return { hour: Math.floor((localMs % dayMs) / hourMs), weekday: ((Math.floor(localMs / dayMs) + 3) % 7) + 1 }
}

/** Asking the operating system takes longer than all else that is known of a person. */
function offsetOf(nowMs: number, timeZone: string): number {
  if (timeZone === '') return 0
  const halfHour = Math.floor(nowMs / holdsMs)
  const known = held.get(timeZone)
  if (known?.halfHour === halfHour) return known.offsetMs
  const offsetMs = zoneOffset(timeZone)?.(nowMs) ?? 0
  if (held.size === mostZones) held.clear()
  held.set(timeZone, { offsetMs, halfHour })
  return offsetMs
}
