import { hourMs } from '../clock.ts'
import type { Day } from './day.ts'

/** When and where somebody came on the day. */
export interface Visit {
  readonly timeMs: number
  readonly surface: string
}

/** Somebody who asks, and what their request says of the moment. */
export interface Visitor {
  readonly person: string
  readonly context: { readonly surface: string; readonly timeZone: string }
}

export const visitorOf = (person: string, { surface, timeMs }: Visit, { startMs }: Day): Visitor => ({
  person,
  context: { surface, timeZone: zoneAhead(Math.floor((timeMs - startMs) / hourMs)) },
})

/**
 * The clock stands where the day begins, but models know at what hour people come. Logs without time zones have their
 * hours in UTC, so that a visit some hours later is one in a zone that is as many hours ahead.
 */
function zoneAhead(hours: number): string {
  if (hours === 0) return ''
  // In names of this kind the sign is turned round, and there are 14 hours ahead of UTC at most.
  return hours <= 14 ? `Etc/GMT-${hours}` : `Etc/GMT+${24 - hours}`
}
