import { InvalidInput } from '../errors.ts'
import type { FeatureSet, NamedFeature } from '../features/vector/feature-set.ts'
import { sampleColumns } from './sample-columns.ts'

export interface FeatureColumn {
  readonly name: string
  readonly side: 'person_values' | 'item_values'
  /** Of its first value, from 0. */
  readonly at: number
  /** Of a list: how many values it has. */
  readonly length: number | undefined
}

/** A column a feature. Throws `FEATURE_NAME_TAKEN` where two have the same name, or one that of another column. */
export function featureColumns({ personFeatures, itemFeatures }: FeatureSet): FeatureColumn[] {
  const columns = [...columnsOf('person_values', personFeatures), ...columnsOf('item_values', itemFeatures)]
  const taken = new Set(sampleColumns.map(({ name }) => name))
  for (const { name } of columns) {
    if (taken.has(name)) throw new InvalidInput('FEATURE_NAME_TAKEN', name, `the name ${name} of a feature is taken by another column`)
    taken.add(name)
  }
  return columns
}

function columnsOf(side: FeatureColumn['side'], features: readonly NamedFeature[]): FeatureColumn[] {
  let next = 0
  return features.map(({ name, length }) => {
    const at = next
    next += length ?? 1
    return { name, side, at, length }
  })
}
