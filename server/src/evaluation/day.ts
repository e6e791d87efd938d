import { dayMs } from '../clock.ts'
import { InvalidInput } from '../errors.ts'

/** The logs of KuaiRand count days from midnight in Beijing. */
const offsetMs = 8 * 3_600_000

/** A calendar day in Beijing. */
export interface Day {
  /** Such as 2022-05-05. */
  readonly name: string
  /** From the first millisecond on, and up to but not including the last. */
  readonly startMs: number
  readonly endMs: number
}

export function dayOf(timeMs: number): Day {
  const startMs = Math.floor((timeMs + offsetMs) / dayMs) * dayMs - offsetMs
  return { name: new Date(startMs + offsetMs).toISOString().slice(0, 10), startMs, endMs: startMs + dayMs }
}

export function dayNamed(name: string): Day {
  const utcMs = /^\d{4}-\d\d-\d\d$/.test(name) ? Date.parse(`${name}T00:00:00Z`) : Number.NaN
  const day = Number.isNaN(utcMs) ? undefined : dayOf(utcMs - offsetMs)
  // Date.parse takes the 31st of any month.
  if (day?.name !== name) throw new InvalidInput('DAY_INVALID', 'day', `'${name}' is no day; one looks like 2022-05-05`)
  return day
}
