/** What the values of a feature record are: names of the person's side and of each video's, in their order. */
export interface FeatureSet<Of extends NamedFeature = NamedFeature> {
  readonly name: string
  readonly version: number
  readonly personFeatures: readonly Of[]
  readonly itemFeatures: readonly Of[]
}

export interface NamedFeature {
  readonly name: string
  /** Of a list: how many values it has. */
  readonly length?: number
}

/** As `feature_set` has it. */
export const featureSetId = ({ name, version }: Pick<FeatureSet, 'name' | 'version'>): string => `${name}@${version}`

/** How many numbers some features take. */
export const widthOf = (features: readonly NamedFeature[]): number => features.reduce((sum, { length = 1 }) => sum + length, 0)
