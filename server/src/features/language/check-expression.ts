import { InvalidInput } from '../../errors.ts'
import type { Stream } from '../streams/stream.ts'
import { type ColumnName, columns, type Kind } from './columns.ts'
import type { Node } from './expression.ts'

/** Texts that mean the same between quotes in every engine. */
const plainText = /^[A-Za-z0-9_. -]*$/

/** The kind of an expression's value over a stream. Throws `VIEW_INVALID` for an expression that has none. */
export function kindOf(node: Node, from: Stream, path: string): Kind {
  const own = `${path}.${node.op}`
  const fail = (message: string) => new InvalidInput('VIEW_INVALID', own, message)
  const expect = (of: Node, ...wanted: Kind[]): Kind => {
    const kind = kindOf(of, from, own)
    if (!wanted.includes(kind)) throw fail(`takes ${wanted.join(' or ')}, not ${kind}`)
    return kind
  }
  switch (node.op) {
    case 'col':
      if (!from.columns.includes(node.name as ColumnName)) throw fail(`${from.name} have no column ${node.name}`)
      return columns[node.name as ColumnName]
    case 'lit':
      return kindOfLiteral(node.value, fail)
    case 'known':
      return kindOf(node.of[0], from, own).replace('?', '') as Kind
    case 'when': {
      expect(node.of[0], 'boolean')
      const kind = kindOf(node.of[1], from, own)
      return kind.endsWith('?') ? kind : (`${kind}?` as Kind)
    }
    case 'isKnown':
      kindOf(node.of[0], from, own)
      return 'boolean'
    case 'not':
      return expect(node.of[0], 'boolean')
    case 'and':
    case 'or':
      if (node.of.length === 0) throw fail('takes at least one operand')
      for (const of of node.of) expect(of, 'boolean')
      return 'boolean'
    case 'eq':
      expect(node.of[1], expect(node.of[0], 'integer', 'text', 'boolean'))
      return 'boolean'
    case 'gte':
    case 'gt':
    case 'lte':
    case 'lt':
    case 'add':
    case 'sub':
    case 'mul':
    case 'min':
    case 'max':
      for (const of of node.of) expect(of, 'integer')
      return ['add', 'sub', 'mul', 'min', 'max'].includes(node.op) ? 'integer' : 'boolean'
    case 'isIn': {
      const kind = expect(node.of[0], 'integer', 'text')
      if (node.values.length === 0) throw fail('takes at least one value')
      for (const value of node.values) if (kindOfLiteral(value, fail) !== kind) throw fail(`${value} is no ${kind}`)
      return 'boolean'
    }
    case 'bucket':
      expect(node.of[0], 'integer')
      for (const [at, edge] of node.edges.entries()) {
        if (kindOfLiteral(edge, fail) !== 'integer' || (at > 0 && edge <= node.edges[at - 1]!)) throw fail('takes edges that ascend')
      }
      if (node.edges.length === 0) throw fail('takes at least one edge')
      return 'integer'
    default:
      throw fail('there is no such operation here')
  }
}

function kindOfLiteral(value: unknown, fail: (message: string) => InvalidInput): Kind {
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'number' && Number.isSafeInteger(value)) return 'integer'
  if (typeof value === 'string' && plainText.test(value)) return 'text'
  throw fail(`${String(value)} is no integer, truth or plain text`)
}
