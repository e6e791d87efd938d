import { outcome } from '../../people/outcomes.ts'
import type { PersonState } from '../../people/person-state.ts'
import type { Feature } from './feature.ts'

export const sessionFeatures: readonly Feature[] = [
  { name: 'session_ms', meaning: 'since the session began', unit: 'ms', without: 0 },
  { name: 'session_pages', meaning: 'pages served in the session before this one', unit: 'pages', without: 0 },
  { name: 'session_plays', meaning: 'played in the session', unit: 'plays', without: 0 },
  { name: 'session_long_views', meaning: 'played in the session, whole or for 18 s', unit: 'plays', without: 0 },
  { name: 'session_skips', meaning: 'left in the session within 3 s and 30 % of the length', unit: 'plays', without: 0 },
  { name: 'session_skips_in_a_row', meaning: 'of them, without another play since', unit: 'plays', without: 0 },
]

/** Writes a value for each of `sessionFeatures`: what the person has done since the last break of half an hour. */
export function readSession(person: PersonState, nowMs: number, into: Float32Array, at: number): void {
  const { history, pages } = person
  const startS = person.sessionStartAt(Math.floor(nowMs / 1000))
  into[at] = Math.max(0, nowMs - startS * 1000)
  let pagesSince = 0
  while (pagesSince < pages.length && pages[pages.length - 1 - pagesSince]!.timeS >= startS) pagesSince++
  into[at + 1] = pagesSince
  let plays = 0
  let longViews = 0
  let skips = 0
  let skipsInARow = 0
  for (let last = history.count - 1; last >= 0 && history.timesS[last]! >= startS; last--) {
    const outcomes = history.outcomes[last]!
    if ((outcomes & outcome.watched) === 0) continue
    if ((outcomes & outcome.skip) !== 0) {
      if (skips === plays) skipsInARow++
      skips++
    } else if ((outcomes & outcome.longView) !== 0) longViews++
    plays++
  }
  into[at + 2] = plays
  into[at + 3] = longViews
  into[at + 4] = skips
  into[at + 5] = skipsInARow
}
