import type { ColumnName } from '../language/columns.ts'
import type { View } from '../language/view.ts'
import { type Evaluate, evaluator, type Row } from './evaluate.ts'
import { Levels, never, nowhere } from './levels.ts'
import { TileRows } from './tile-rows.ts'
import { type TileCells, TileShape } from './tile-shape.ts'

/** What views of the same stream, aggregations and windows have in common: what a row adds is worked out once for all of them. */
export class TileGroup {
  readonly levels: Levels
  readonly rows: TileRows
  /** What the row that was read last adds. */
  readonly added: TileCells
  /** And to which row; `nowhere` if to none. */
  stamp: number = nowhere
  /** The minute from which on that row is to be folded. */
  due: number = never
  readonly #values: readonly ((row: Row) => number)[]

  constructor(view: View, place: (column: string) => number) {
    const aggregations = Object.values(view.aggregations)
    const shape = new TileShape(aggregations)
    this.levels = new Levels(view.windows)
    this.rows = new TileRows(shape)
    this.added = shape.create()
    this.#values = aggregations.map((aggregation) => {
      switch (aggregation.how) {
        case 'count':
          return () => 1
        case 'countWhere': {
          const holds = evaluator(aggregation.of, place)
          return (row) => (holds(row) === true ? 1 : 0)
        }
        case 'sumOfSquares': {
          const [of, { step }] = [evaluator(aggregation.of, place) as Evaluate<number>, aggregation]
          return (row) => {
            const steps = Math.trunc((of(row) ?? 0) / step)
            return steps * steps
          }
        }
        default: {
          const of = evaluator(aggregation.of, place) as Evaluate<number>
          const unknown = aggregation.how === 'sum' ? 0 : Number.NaN
          return (row) => of(row) ?? unknown
        }
      }
    })
  }

  /** Reads a row of the stream. */
  read(row: Row, timeMs: number, rowId: string): void {
    const stamp = this.levels.stampOf(timeMs)
    if (stamp !== this.stamp) {
      this.stamp = stamp
      this.due = stamp === nowhere ? never : this.levels.dueOf(stamp)
    }
    const { cells, ids } = this.added
    for (let at = 0; at < this.#values.length; at++) cells[at] = this.#values[at]!(row)
    for (let at = 0; at < ids.length; at++) {
      cells[this.#values.length + at] = timeMs
      ids[at] = rowId
    }
  }
}

/** The columns that a view reads, besides time and id. */
export function columnsOf(view: View): Set<ColumnName> {
  const found = new Set<ColumnName>()
  const visit = (part: unknown): void => {
    if (part === null || typeof part !== 'object') return
    if ('op' in part && part.op === 'col') found.add((part as unknown as { name: ColumnName }).name)
    for (const inner of Object.values(part)) visit(inner)
  }
  visit(view.entity)
  visit(view.aggregations)
  return found
}
