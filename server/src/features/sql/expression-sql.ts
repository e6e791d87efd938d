import type { Comparison, Literal, Node } from '../language/expression.ts'

const signs: Readonly<Record<Comparison | 'add' | 'sub' | 'mul', string>> = {
  eq: '=',
  gte: '>=',
  gt: '>',
  lte: '<=',
  lt: '<',
  add: '+',
  sub: '-',
  mul: '*',
}

/** An expression in SQL that DuckDB, Spark and Flink read alike; unknown is NULL. */
export function expressionSql(node: Node): string {
  switch (node.op) {
    case 'col':
      return node.name
    case 'lit':
      return literal(node.value)
    case 'known':
    case 'each':
      return expressionSql(node.of[0])
    case 'isKnown':
      return `(${expressionSql(node.of[0])} IS NOT NULL)`
    case 'not':
      return `(NOT ${expressionSql(node.of[0])})`
    case 'and':
    case 'or':
      return `(${node.of.map(expressionSql).join(` ${node.op.toUpperCase()} `)})`
    case 'when':
      return `CASE WHEN ${expressionSql(node.of[0])} THEN ${expressionSql(node.of[1])} END`
    case 'isIn':
      return `(${expressionSql(node.of[0])} IN (${node.values.map(literal).join(', ')}))`
    case 'bucket': {
      const of = expressionSql(node.of[0])
      const below = node.edges.map((edge, at) => `WHEN ${of} < ${edge} THEN ${at}`)
      return `CASE ${below.join(' ')} WHEN ${of} >= ${node.edges.at(-1)} THEN ${node.edges.length} END`
    }
    case 'min':
    case 'max': {
      // LEAST and GREATEST differ in what they make of NULL.
      const [left, right] = node.of
      if (left.op === 'lit') return nearer(node.op, right, left)
      if (right.op === 'lit') return nearer(node.op, left, right)
      const [one, other] = [expressionSql(left), expressionSql(right)]
      const [first, second] = node.op === 'min' ? ['<=', '>'] : ['>=', '<']
      return `CASE WHEN ${one} ${first} ${other} THEN ${one} WHEN ${one} ${second} ${other} THEN ${other} END`
    }
    default:
      return `(${expressionSql(node.of[0])} ${signs[node.op]} ${expressionSql(node.of[1])})`
  }
}

/** The least or greatest of something and a bound, which is known. */
function nearer(op: 'min' | 'max', of: Node, bound: Node): string {
  const [one, end] = [expressionSql(of), expressionSql(bound)]
  return `CASE WHEN ${one} ${op === 'min' ? '>' : '<'} ${end} THEN ${end} ELSE ${one} END`
}

/** Texts are plain: `checkView` has seen to it. */
function literal(value: Literal): string {
  if (typeof value === 'string') return `'${value}'`
  return typeof value === 'boolean' ? String(value).toUpperCase() : String(value)
}
