import { InvalidInput } from '../errors.ts'
import { type FeatureSet, featureSetId, type NamedFeature } from '../features/vector/feature-set.ts'
import type { Manifest } from './manifest.ts'

/** Throws `ARTIFACT_FEATURES_OTHER` where a model reads other features than the server makes, naming the first that differs. */
export function checkFeatures(manifest: Pick<Manifest, 'featureSet' | 'personFeatures' | 'itemFeatures'>, ours: FeatureSet): void {
  const id = featureSetId(ours)
  const first =
    difference('person', manifest.personFeatures, ours.personFeatures) ?? difference('item', manifest.itemFeatures, ours.itemFeatures)
  if (manifest.featureSet === id && first === undefined) return
  const sets = manifest.featureSet === id ? `both call it ${id}` : `the model reads ${manifest.featureSet}, this server makes ${id}`
  throw new InvalidInput('ARTIFACT_FEATURES_OTHER', 'featureSet', `${sets}; ${first ?? 'their names are the same'}`)
}

function difference(side: string, theirs: Manifest['personFeatures'], ours: readonly NamedFeature[]): string | undefined {
  for (let at = 0; at < Math.max(theirs.length, ours.length); at++) {
    const [read, made] = [named(theirs[at]), named(ours[at])]
    if (read !== made) return `${side} feature ${at + 1} is ${read} for the model and ${made} here`
  }
  return undefined
}

const named = (feature: { readonly name: string; readonly length?: number | undefined } | undefined) =>
  feature === undefined ? 'none' : feature.length === undefined ? feature.name : `${feature.name}[${feature.length}]`
