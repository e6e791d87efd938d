import type { ColumnName } from './columns.ts'
import type { Expression, Node } from './expression.ts'

/** What a reader of the catalogue of features is told. */
export interface Description {
  /** In a few words, for people. */
  readonly meaning: string
  readonly unit: string
}

type Definition =
  | { readonly how: 'count' }
  | { readonly how: 'countWhere' | 'sum' | 'min' | 'max' | 'latest'; readonly of: Node }
  | { readonly how: 'sumOfSquares'; readonly of: Node; readonly step: number }

declare const uses: unique symbol

/** Mergeable and exact in 64-bit integers, so that neither engine nor order makes a difference. */
export type Aggregation<Uses extends ColumnName = ColumnName> = Definition & Description & { readonly [uses]?: Uses }

/** Rows. */
export const count = (description: Description): Aggregation<never> => ({ how: 'count', ...description })

/** Rows for which it holds; where that is unknown it does not. */
export const countWhere = <U extends ColumnName>(of: Expression<'boolean', U>, description: Description): Aggregation<U> => ({
  how: 'countWhere',
  of,
  ...description,
})

type OfInteger = <U extends ColumnName>(of: Expression<'integer', U>, description: Description) => Aggregation<U>

/** 0 where nothing is known. */
export const sum: OfInteger = (of, description) => ({ how: 'sum', of, ...description })

/** Unknown where nothing is known. */
export const least: OfInteger = (of, description) => ({ how: 'min', of, ...description })
export const greatest: OfInteger = (of, description) => ({ how: 'max', of, ...description })

/** The value of the last row by time, then by `row_id`, then by value; unknown where nothing is known. */
export const latest: OfInteger = (of, description) => ({ how: 'latest', of, ...description })

/** Of the squares of whole steps, such as tenths of a second (100 of ms), so that they stay small. */
export const sumOfSquares = <U extends ColumnName>(
  of: Expression<'integer', U>,
  step: number,
  description: Description,
): Aggregation<U> => ({ how: 'sumOfSquares', of, step, ...description })

/** Whether tiles of it are added up, and start at 0. The others start as unknown. */
export const isAdditive = ({ how }: Aggregation): boolean => how !== 'min' && how !== 'max' && how !== 'latest'
