import { InvalidInput } from '../../errors.ts'
import type { Stream } from '../streams/stream.ts'
import type { Aggregation } from './aggregation.ts'
import { kindOf } from './check-expression.ts'
import type { View } from './view.ts'
import { isWindow } from './windows.ts'

/** Aggregations of a view: more would not fit the masks that tiles are stored with. */
const mostAggregations = 24

const columnsOfTiles = new Set(['view', 'version', 'hop_ms', 'hop_start_ms'])

/** Throws `VIEW_INVALID`, whose field is the path of what is wrong, unless the view can be made from its stream. */
export function checkView({ name, version, entity, from, aggregations, windows }: View): void {
  checkName('name', name)
  if (!Number.isSafeInteger(version) || version < 1) throw invalid('version', `${version} is no version: they count from 1`)
  const keys = Object.entries(entity)
  if (keys.length === 0) throw invalid('entity', 'a view needs something to tell apart')
  for (const [key, of] of keys) {
    checkName(`entity.${key}`, key)
    const path = `entity.${key}`
    const kind = of.op === 'each' ? kindOfEach(of.of[0], from, path) : kindOf(of, from, path)
    if (kind !== 'text' && kind !== 'text?' && kind !== 'integer' && kind !== 'integer?') {
      throw invalid(path, `a part of a key is a text or an integer, not ${kind}`)
    }
  }
  const entries = Object.entries<Aggregation>(aggregations)
  if (entries.length === 0 || entries.length > mostAggregations) {
    throw invalid('aggregations', `a view has 1 to ${mostAggregations} aggregations, not ${entries.length}`)
  }
  for (const [own, aggregation] of entries) {
    checkName(`aggregations.${own}`, own)
    if (Object.hasOwn(entity, own)) throw invalid(`aggregations.${own}`, `${own} is the name of a part of the key, too`)
    checkAggregation(aggregation, from, `aggregations.${own}`)
  }
  if (windows.length === 0 || new Set(windows).size < windows.length) throw invalid('windows', 'a view needs windows, each once')
  for (const window of windows) {
    if (!isWindow(window)) throw invalid('windows', `there is no window ${window}`)
    if (!from.windows.includes(window)) throw invalid('windows', `${from.name} have no window ${window}`)
  }
}

function checkAggregation(aggregation: Aggregation, from: Stream, path: string): void {
  switch (aggregation.how) {
    case 'count':
      return
    case 'countWhere':
    case 'sum':
    case 'min':
    case 'max':
    case 'latest':
    case 'sumOfSquares': {
      const wanted = aggregation.how === 'countWhere' ? 'boolean' : 'integer'
      const kind = kindOf(aggregation.of, from, path)
      if (kind !== wanted) throw invalid(path, `${aggregation.how} takes ${wanted}, not ${kind}`)
      if (aggregation.how === 'sumOfSquares' && !(Number.isSafeInteger(aggregation.step) && aggregation.step > 0)) {
        throw invalid(path, `${aggregation.step} is no step`)
      }
      return
    }
    default:
      throw invalid(path, `there is no aggregation ${String((aggregation as { how?: unknown }).how)}`)
  }
}

function kindOfEach(of: Parameters<typeof kindOf>[0], from: Stream, path: string): string {
  const kind = kindOf(of, from, path)
  if (kind !== 'texts') throw invalid(path, `each takes texts, not ${kind}`)
  return 'text'
}

/** Names are columns of tables in every engine. */
function checkName(path: string, name: unknown): void {
  if (columnsOfTiles.has(name as string)) throw invalid(path, `every tile has a ${String(name)} of its own`)
  if (typeof name !== 'string' || !/^[a-z][a-z0-9_]{0,62}$/.test(name)) {
    throw invalid(path, `${String(name)} is no name: use lower case, digits and _`)
  }
}

const invalid = (field: string, message: string) => new InvalidInput('VIEW_INVALID', field, message)
