import { z } from 'zod'
import { InvalidInput } from '../../errors.ts'
import type { Stream } from '../streams/stream.ts'
import { checkView } from './check-view.ts'
import type { Node } from './expression.ts'
import type { View } from './view.ts'

const literal = z.union([z.number(), z.string(), z.boolean()])
const node: z.ZodType<Node> = z.lazy(() =>
  z.discriminatedUnion('op', [
    z.strictObject({ op: z.literal('col'), name: z.string() }),
    z.strictObject({ op: z.literal('lit'), value: literal }),
    z.strictObject({ op: z.enum(['known', 'isKnown', 'not', 'each']), of: z.tuple([node]) }),
    z.strictObject({
      op: z.enum(['eq', 'gte', 'gt', 'lte', 'lt', 'add', 'sub', 'mul', 'min', 'max', 'when']),
      of: z.tuple([node, node]),
    }),
    z.strictObject({ op: z.enum(['and', 'or']), of: z.array(node) }),
    z.strictObject({ op: z.literal('isIn'), of: z.tuple([node]), values: z.array(z.union([z.number(), z.string()])) }),
    z.strictObject({ op: z.literal('bucket'), of: z.tuple([node]), edges: z.array(z.number()) }),
  ]),
)
const aggregation = z.discriminatedUnion('how', [
  z.strictObject({ how: z.literal('count') }),
  z.strictObject({ how: z.enum(['countWhere', 'sum', 'min', 'max', 'latest']), of: node }),
  z.strictObject({ how: z.literal('sumOfSquares'), of: node, step: z.number() }),
])
const definition = z.strictObject({
  name: z.string(),
  version: z.number(),
  entity: z.array(z.tuple([z.string(), node])),
  from: z.string(),
  aggregations: z.array(z.tuple([z.string(), aggregation])),
  windows: z.array(z.enum(['10m', '1h', '24h', '7d', '30d', 'all'])),
})

/** The view that `canonical` wrote; what people are told of its aggregations is lost. Throws `VIEW_INVALID` for anything that is none. */
export function viewFromData(value: unknown, streams: readonly Stream[]): View {
  const parsed = definition.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new InvalidInput('VIEW_INVALID', issue!.path.join('.'), issue!.message)
  }
  const { aggregations, entity, from: name, ...rest } = parsed.data
  const from = streams.find((stream) => stream.name === name)
  if (from === undefined) throw new InvalidInput('VIEW_INVALID', 'from', `there is no stream ${name}`)
  const described = aggregations.map(([name, of]) => [name, { ...of, meaning: '', unit: '' }] as const)
  const view: View = { ...rest, from, entity: Object.fromEntries(entity), aggregations: Object.fromEntries(described) }
  checkView(view)
  return view
}
