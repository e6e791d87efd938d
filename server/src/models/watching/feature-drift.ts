import { feedFeatureSet } from '../../features/vector/feed-feature-set.ts'
import type { FeatureRecord } from '../../generated/vireo/record/v1/records.ts'
import { driftColumns } from '../../quality/drift-columns.ts'
import { type FeatureColumn, featureColumns } from '../../samples/feature-columns.ts'
import { BinnedDrift } from './binned-drift.ts'
import { featureBin } from './bins.ts'

/** Above it a feature has moved (Siddiqi, Credit Risk Scorecards, 2006: a significant shift). */
export const mostFeatureIndex = 0.25

/** How a feature is distributed, in the bins of `featureBin`. */
export interface FeatureDistribution {
  readonly name: string
  /** Of this hour and the last. */
  readonly newest: readonly number[]
  /** Of the model's first hours here. */
  readonly first: readonly number[]
  /** Population stability index between the two; undefined while too little was seen. */
  readonly index: number | undefined
}

export interface FeatureDriftReading {
  /** Features beyond `mostFeatureIndex`, the furthest first. */
  readonly moved: readonly { readonly name: string; readonly index: number }[]
  /** The largest index of all; undefined while too little was seen. */
  readonly largest: number | undefined
}

/** Numbers, no lists; those since ever are left out, as they only grow. */
const compared = new Set(driftColumns('features', feedFeatureSet).map(({ name }) => name))
/** The features that are looked at. */
export const comparedFeatures: readonly FeatureColumn[] = featureColumns(feedFeatureSet).filter(({ name }) => compared.has(name))
const side = (wanted: 'person_values' | 'item_values') =>
  comparedFeatures.flatMap((each, column) => (each.side === wanted ? [{ column, at: each.at }] : []))
const [ofPerson, ofItem] = [side('person_values'), side('item_values')]

/** Distributions of the features that a model is given, now against its first hours on this server. */
export class FeatureDrift {
  readonly #drift = new BinnedDrift(comparedFeatures.length)
  #pages = 0

  /** The person's side of a page and one of its videos, another one each time: those of a page are much alike. */
  count(nowMs: number, { personValues, items }: FeatureRecord): void {
    this.#drift.turnTo(nowMs)
    for (const { column, at } of ofPerson) this.#drift.count(column, featureBin(personValues[at]!))
    const values = items[this.#pages++ % items.length]?.values
    if (values !== undefined) for (const { column, at } of ofItem) this.#drift.count(column, featureBin(values[at]!))
  }

  read(nowMs: number): FeatureDriftReading {
    const indexes = this.indexes(nowMs)
    return { moved: indexes.filter(({ index }) => index > mostFeatureIndex), largest: indexes[0]?.index }
  }

  /** Population stability indexes, the furthest first, of those of which enough was seen. */
  indexes(nowMs: number): { readonly name: string; readonly index: number }[] {
    this.#drift.turnTo(nowMs)
    const indexes = comparedFeatures.flatMap(({ name }, column) => {
      const index = this.#drift.index(column)
      return index === undefined ? [] : [{ name, index }]
    })
    return indexes.sort((a, b) => b.index - a.index)
  }

  /** In the order of `comparedFeatures`. */
  distributions(nowMs: number): FeatureDistribution[] {
    this.#drift.turnTo(nowMs)
    return comparedFeatures.map(({ name }, column) => ({
      name,
      newest: this.#drift.newest(column),
      first: this.#drift.reference(column),
      index: this.#drift.index(column),
    }))
  }

  /** Pages looked at, and whether the model's first hours here are over. */
  get pages(): number {
    return this.#pages
  }

  get firstHoursOver(): boolean {
    return this.#drift.isReferring
  }
}
