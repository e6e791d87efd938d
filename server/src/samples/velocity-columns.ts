import type { FeatureColumn } from './feature-columns.ts'

/** So many impressions as usual are taken for seen: of what was hardly shown, an hour says little. */
const usual = 5

/** How fast something goes now: this hour against its day. Made of two features of one vector when samples are exported. */
export interface VelocityColumn {
  readonly name: string
  readonly meaning: string
  /** Impressions of the last hour, and of the last 24 hours. */
  readonly hour: FeatureColumn
  readonly day: FeatureColumn
}

/** One for each entity whose impressions of both windows are among the features. */
export function velocityColumns(features: readonly FeatureColumn[]): VelocityColumn[] {
  const byName = new Map(features.map((feature) => [feature.name, feature]))
  return features.flatMap((hour) => {
    const [, entity] = /^(.*)_impressions_1h$/.exec(hour.name) ?? []
    const day = byName.get(`${entity}_impressions_24h`)
    const name = `${entity}_velocity`
    if (entity === undefined || day === undefined || byName.has(name)) return []
    const meaning = `(24 × ${hour.name} + ${usual}) / (${day.name} + ${usual}): 1 where the hour is like the others, 24 where all of the day is in it`
    return { name, meaning, hour, day }
  })
}

/** As SQL; `sqlOf` gives that of a feature. */
export const velocitySql = ({ day, hour }: VelocityColumn, sqlOf: (feature: FeatureColumn) => string): string =>
  `(24 * ${sqlOf(hour)} + ${usual})::DOUBLE / (${sqlOf(day)} + ${usual})`
