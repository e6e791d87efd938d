import { minuteMs } from '../../clock.ts'

/** What is counted, by its place in a row. */
export const counted = ['impressions', 'plays', 'watches', 'watchMs', 'likes', 'dislikes'] as const
export type Counted = (typeof counted)[number]
export type Counts = Readonly<Record<Counted, number>>

const minutes = 60
/** Events may be some minutes ahead: more minutes than this are not kept. */
const mostMinutes = 80

/** Counts of the last hour by category, in minutes: those that had nothing take no room. */
export class CategoryHour {
  /** By minute since 1970. */
  readonly #minutes = new Map<number, Map<number, Float64Array>>()

  add(nowMs: number, timeMs: number, category: number, what: Counted, by = 1): void {
    const now = Math.floor(nowMs / minuteMs)
    const minute = Math.floor(timeMs / minuteMs)
    if (minute <= now - minutes) return
    let rows = this.#minutes.get(minute)
    if (rows === undefined) {
      rows = new Map()
      this.#minutes.set(minute, rows)
      if (this.#minutes.size > mostMinutes) for (const each of this.#minutes.keys()) if (each <= now - minutes) this.#minutes.delete(each)
    }
    let row = rows.get(category)
    if (row === undefined) {
      row = new Float64Array(counted.length)
      rows.set(category, row)
    }
    row[counted.indexOf(what)]! += by
  }

  read(nowMs: number): Map<number, Counts> {
    const now = Math.floor(nowMs / minuteMs)
    const sums = new Map<number, Float64Array>()
    for (const [minute, rows] of this.#minutes) {
      if (minute <= now - minutes || minute > now) continue
      for (const [category, row] of rows) {
        const sum = sums.get(category) ?? new Float64Array(counted.length)
        for (let at = 0; at < row.length; at++) sum[at]! += row[at]!
        sums.set(category, sum)
      }
    }
    return new Map(
      Array.from(sums, ([category, sum]) => [
        category,
        Object.fromEntries(counted.map((name, at) => [name, sum[at]!])) as Record<Counted, number>,
      ]),
    )
  }
}
