/** What came of one fault. */
export interface Outcome {
  readonly name: string
  /** Feeds that were asked for, and how many of them were answered within their budget, also with an error that says when to come again. */
  readonly answered: number
  readonly inTime: number
  readonly longestMs: number
  /** Pages by what they named: their level, with `+` where something was degraded. */
  readonly levels: ReadonlyMap<string, number>
  /** Feeds refused under the rule of takedowns, and for any other reason. */
  readonly removalsUnknown: number
  readonly failed: number
  /** Events that were acknowledged, and refusals to be sent again. */
  readonly acknowledged: number
  readonly refused: number
  /** From the end of the fault. */
  readonly recoveredS: number
}

export const tableHead = [
  '| fault, for 4 s | feeds within 300 ms | longest | pages by level | `UNAVAILABLE` under the takedown rule | other failures | events acknowledged | refused, sent again | as before after |',
  '|---|--:|--:|---|--:|--:|--:|--:|--:|',
].join('\n')

export function rowOf(outcome: Outcome): string {
  const { acknowledged, answered, failed, inTime, levels, longestMs, name, recoveredS, refused, removalsUnknown } = outcome
  const pages = [...levels].sort(([, a], [, b]) => b - a).map(([level, count]) => `${level} ${count}`)
  const cells = [
    name,
    `${inTime} of ${answered}`,
    `${longestMs.toFixed(0)} ms`,
    pages.join(', '),
    removalsUnknown,
    failed,
    acknowledged,
    refused,
    `${recoveredS.toFixed(1)} s`,
  ]
  return `| ${cells.join(' | ')} |`
}
