import { minuteMs } from '../server/src/clock.ts'
import type { Day } from '../server/src/evaluation/day.ts'
import type { Random } from '../server/src/random.ts'
import type { Arrival } from './recorded.ts'

export interface Visit {
  /** As the server knows them. */
  readonly person: string
  /** Whose taste they have. */
  readonly tasteOf: string
  readonly timeMs: number
}

/** The clones of a person come up to so much earlier or later, for a crowd that is not in step. */
const jitterMs = 15 * minuteMs
/** Between the name of a person and the number of the clone. */
const cloneMark = '~'

/**
 * A day's visits in the order of time: each arrival once for every clone. The first clone is the person themselves, with
 * the history that the server knows; the others have the same taste and are new to it.
 */
export function visitsOf(arrivals: readonly Arrival[], clones: number, { startMs, endMs }: Day, random: Random): Visit[] {
  const visits = arrivals.flatMap(({ person, timeMs }) =>
    Array.from({ length: clones }, (_, clone) => {
      if (clone === 0) return { person, tasteOf: person, timeMs }
      const at = timeMs + Math.round((2 * random() - 1) * jitterMs)
      return { person: `${person}${cloneMark}${clone}`, tasteOf: person, timeMs: Math.max(startMs, Math.min(at, endMs - 1)) }
    }),
  )
  return visits.sort((a, b) => a.timeMs - b.timeMs || (a.person < b.person ? -1 : 1))
}

export const isNew = (person: string): boolean => person.includes(cloneMark)
