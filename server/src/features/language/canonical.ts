import { createHash } from 'node:crypto'
import type { Aggregation } from './aggregation.ts'
import type { View } from './view.ts'

/** A view as it is stored and compared: JSON without what only people read, its keys in order. */
export function canonical(view: View): string {
  const { name, version, entity, from, windows } = view
  return json({ name, version, entity: Object.entries(entity), from: from.name, aggregations: canonicalAggregations(view), windows })
}

/** Views whose aggregations read the same share the work. */
export const canonicalAggregations = ({ aggregations }: Pick<View, 'aggregations'>): [string, unknown][] =>
  Object.entries<Aggregation>(aggregations).map(([name, { meaning, unit, ...definition }]) => [name, definition])

/** 64 hexadecimal digits that stand for the definition. */
export const fingerprint = (view: View): string => createHash('sha256').update(canonical(view)).digest('hex')

/** JSON with the keys of objects sorted. */
export function json(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort()) : part,
  )
}
