import { VireoError } from '../../errors.ts'
import { bucketOf } from '../language/bucket.ts'
import type { Value } from '../language/columns.ts'
import type { Node } from '../language/expression.ts'

/** The values of some columns, in an order that was agreed on. */
export type Row = readonly Value[]
export type Evaluate<V extends Value = Value> = (row: Row) => V | undefined

/** An expression as a function of a row: unknown as in SQL (Kleene's three-valued logic). `place` tells where in the row a column is. */
export function evaluator(node: Node, place: (column: string) => number): Evaluate {
  const operand = <V extends Value>(of: Node) => evaluator(of, place) as Evaluate<V>
  switch (node.op) {
    case 'col': {
      const at = place(node.name)
      return (row) => row[at]
    }
    case 'lit': {
      const { value } = node
      return () => value
    }
    case 'known':
    case 'each':
      return operand(node.of[0])
    case 'when': {
      const [condition, of] = [operand<boolean>(node.of[0]), operand(node.of[1])]
      return (row) => (condition(row) === true ? of(row) : undefined)
    }
    case 'isKnown': {
      const of = operand(node.of[0])
      return (row) => of(row) !== undefined
    }
    case 'not': {
      const of = operand<boolean>(node.of[0])
      return (row) => {
        const value = of(row)
        return value === undefined ? undefined : !value
      }
    }
    case 'and':
      return unless(false, node.of.map(operand<boolean>))
    case 'or':
      return unless(true, node.of.map(operand<boolean>))
    case 'isIn': {
      const of = operand(node.of[0])
      const values = new Set<Value>(node.values)
      return (row) => {
        const value = of(row)
        return value === undefined ? undefined : values.has(value)
      }
    }
    case 'bucket': {
      const of = operand<number>(node.of[0])
      const { edges } = node
      return (row) => {
        const value = of(row)
        return value === undefined ? undefined : bucketOf(value, edges)
      }
    }
    default:
      return ofTwo(node.op, operand<number>(node.of[0]), operand<number>(node.of[1]))
  }
}

/** The deciding value if any operand has it; else unknown if any is unknown; else the other. */
function unless(deciding: boolean, operands: readonly Evaluate<boolean>[]): Evaluate<boolean> {
  return (row) => {
    let isUnknown = false
    for (const operand of operands) {
      const value = operand(row)
      if (value === deciding) return deciding
      if (value === undefined) isUnknown = true
    }
    return isUnknown ? undefined : !deciding
  }
}

type Two = Extract<Node, { of: readonly [Node, Node] }>['op']

function ofTwo(op: Exclude<Two, 'when'>, left: Evaluate<number>, right: Evaluate<number>): Evaluate {
  const both = (combine: (a: number, b: number) => Value): Evaluate => {
    return (row) => {
      const a = left(row)
      if (a === undefined) return undefined
      const b = right(row)
      return b === undefined ? undefined : combine(a, b)
    }
  }
  switch (op) {
    case 'eq':
      return both((a, b) => a === b)
    case 'gte':
      return both((a, b) => a >= b)
    case 'gt':
      return both((a, b) => a > b)
    case 'lte':
      return both((a, b) => a <= b)
    case 'lt':
      return both((a, b) => a < b)
    case 'add':
      return both((a, b) => exact(a + b))
    case 'sub':
      return both((a, b) => exact(a - b))
    case 'mul':
      return both((a, b) => exact(a * b))
    case 'min':
      return both((a, b) => Math.min(a, b))
    case 'max':
      return both((a, b) => Math.max(a, b))
  }
}

function exact(result: number): number {
  if (Number.isSafeInteger(result)) return result
  throw new VireoError({
    code: 'VIEW_OVERFLOW',
    message: `an expression of a view came to ${result}, which is beyond 2^53 - 1`,
    fault: 'server',
    retryable: false,
  })
}
