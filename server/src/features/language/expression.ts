import type { ColumnName, Kind, KindOf, Sure } from './columns.ts'

/** An expression as data. Unknown operands make the result unknown, but for `isKnown`, and for `and` and `or` where the others decide. */
export type Node =
  | { readonly op: 'col'; readonly name: string }
  | { readonly op: 'lit'; readonly value: Literal }
  | { readonly op: 'known' | 'isKnown' | 'not' | 'each'; readonly of: readonly [Node] }
  | { readonly op: Comparison | Arithmetic | 'when'; readonly of: readonly [Node, Node] }
  | { readonly op: 'and' | 'or'; readonly of: readonly Node[] }
  | { readonly op: 'isIn'; readonly of: readonly [Node]; readonly values: readonly (number | string)[] }
  | { readonly op: 'bucket'; readonly of: readonly [Node]; readonly edges: readonly number[] }

export type Literal = number | string | boolean
export type Comparison = 'eq' | 'gte' | 'gt' | 'lte' | 'lt'
export type Arithmetic = 'add' | 'sub' | 'mul' | 'min' | 'max'

declare const kind: unique symbol
declare const uses: unique symbol

/** An expression whose value is of a kind, and the columns that it reads. */
export type Expression<K extends Kind, Uses extends ColumnName> = Node & { readonly [kind]?: K; readonly [uses]?: Uses }

type Integer<Uses extends ColumnName> = Expression<'integer', Uses>
type Truth<Uses extends ColumnName> = Expression<'boolean', Uses>
type LiteralKind<L extends Literal> = L extends number ? 'integer' : L extends string ? 'text' : 'boolean'
type Comparable = Exclude<Sure, 'texts'>

/** The value of a column. */
export const col = <Name extends ColumnName>(name: Name): Expression<KindOf<Name>, Name> => ({ op: 'col', name })

/** An integer, a text of letters, digits and `_ . -`, or a truth. */
export const lit = <L extends Literal>(value: L): Expression<LiteralKind<L>, never> => ({ op: 'lit', value })

/** Leaves rows out in which this is unknown. */
export const known = <K extends Sure, U extends ColumnName>(of: Expression<K | `${K}?`, U>): Expression<K, U> => ({ op: 'known', of: [of] })

/** The value where the condition holds; elsewhere it is unknown. */
export const when = <K extends Sure, U extends ColumnName, V extends ColumnName>(
  condition: Truth<U>,
  of: Expression<K, V>,
): Expression<`${K}?`, U | V> => ({ op: 'when', of: [condition, of] })

/** Whether it is known. */
export const isKnown = <U extends ColumnName>(of: Expression<Kind, U>): Truth<U> => ({ op: 'isKnown', of: [of] })

type Compare = <K extends Comparable, U extends ColumnName, V extends ColumnName>(
  left: Expression<K, U>,
  right: Expression<NoInfer<K>, V>,
) => Truth<U | V>
type Order = <U extends ColumnName, V extends ColumnName>(left: Integer<U>, right: Integer<V>) => Truth<U | V>
type Combine = <U extends ColumnName, V extends ColumnName>(left: Integer<U>, right: Integer<V>) => Integer<U | V>

export const eq: Compare = (left, right) => ({ op: 'eq', of: [left, right] })
export const gte: Order = (left, right) => ({ op: 'gte', of: [left, right] })
export const gt: Order = (left, right) => ({ op: 'gt', of: [left, right] })
export const lte: Order = (left, right) => ({ op: 'lte', of: [left, right] })
export const lt: Order = (left, right) => ({ op: 'lt', of: [left, right] })

export const and = <U extends ColumnName>(...of: readonly Truth<U>[]): Truth<U> => ({ op: 'and', of })
export const or = <U extends ColumnName>(...of: readonly Truth<U>[]): Truth<U> => ({ op: 'or', of })
export const not = <U extends ColumnName>(of: Truth<U>): Truth<U> => ({ op: 'not', of: [of] })

export const add: Combine = (left, right) => ({ op: 'add', of: [left, right] })
export const sub: Combine = (left, right) => ({ op: 'sub', of: [left, right] })
export const mul: Combine = (left, right) => ({ op: 'mul', of: [left, right] })
export const min: Combine = (left, right) => ({ op: 'min', of: [left, right] })
export const max: Combine = (left, right) => ({ op: 'max', of: [left, right] })

/** The nearest value between `low` and `high`. */
export const clip = <U extends ColumnName>(of: Integer<U>, low: number, high: number): Integer<U> => min(max(of, lit(low)), lit(high))

/** Whether it is one of the values. */
export const isIn = <L extends number | string, U extends ColumnName>(
  of: Expression<LiteralKind<L>, U>,
  values: readonly L[],
): Truth<U> => ({ op: 'isIn', of: [of], values })

/** How many of the edges, which ascend, are at or below it: 0 to their number. */
export const bucket = <U extends ColumnName>(of: Integer<U>, edges: readonly number[]): Integer<U> => ({ op: 'bucket', of: [of], edges })

/** As a key of an entity: a row counts once for each distinct text in the list. */
export const each = <U extends ColumnName>(of: Expression<'texts', U>): Expression<'text', U> => ({ op: 'each', of: [of] })
