import type { Catalog } from '../catalog/catalog.ts'
import { VireoError } from '../errors.ts'
import { featureSetId } from '../features/vector/feature-set.ts'
import { feedFeatureSet } from '../features/vector/feed-feature-set.ts'
import type { SlateItem, SlateRecord } from '../generated/vireo/record/v1/records.ts'
import type { ExplainResponse_Feature as Feature } from '../generated/vireo/v1/admin.ts'
import { Attribution, type KnownFeature, knownFeatures, type ReadCandidate } from '../models/serving/attribution.ts'
import type { ServingModel } from '../models/serving/serving-model.ts'
import { weighted } from '../models/serving/value-weights.ts'
import type { LoggedVector } from './explain-log.ts'

export interface ScoringParts {
  readonly catalog: Catalog
  readonly models: { readonly current: ServingModel | undefined }
  /** Most candidates of a request. */
  readonly mostCandidates: number
}

/** Values that differ by less than this part of them are the same: the log has 32 bits of them, and graphs round. */
const tolerance = 0.01

/** What each task adds to an item's value. */
export function valueTerms({ terms, weights }: SlateRecord, item: SlateItem): Record<string, number> {
  const added = terms.map((term, at) => [term, weighted([weights[at] ?? 0], [item.terms[at]!])] as const)
  return Object.fromEntries(added.filter(([, value]) => value !== 0))
}

/** What was known of an item, and what the model makes of it; or why not. `value` is undefined where it was not ranked. */
export async function featuresOf(
  slate: SlateRecord,
  { videoId }: SlateItem,
  value: number | undefined,
  vector: LoggedVector | undefined,
  parts: ScoringParts,
  signal: AbortSignal,
): Promise<{ features: Feature[]; featuresMissing: string }> {
  if (vector === undefined) return { features: [], featuresMissing: 'No features of this page were logged.' }
  const ours = featureSetId(feedFeatureSet)
  if (vector.featureSet !== ours) {
    return { features: [], featuresMissing: `The features of this page are those of ${vector.featureSet}; this server knows ${ours}.` }
  }
  const { ids } = parts.catalog
  const candidate: ReadCandidate = {
    moment: { ...slate, nowMs: slate.timeMs },
    slot: ids.find(videoId),
    person: vector.personValues,
    item: vector.itemValues,
    recentSlots: vector.recentVideos.map((id) => ids.find(id)),
  }
  const known = knownFeatures(candidate)
  const effects = await effectsOf(slate, candidate, known, value, parts, signal)
  if (typeof effects === 'string') return { features: known.map(({ name, value }) => ({ name, value })), featuresMissing: effects }
  const features = known.map(({ name, value }) => ({ name, value, effect: effects.get(name)! }))
  return { features: features.sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect)), featuresMissing: '' }
}

/** By feature, or why they can't be known. */
async function effectsOf(
  slate: SlateRecord,
  candidate: ReadCandidate,
  known: readonly KnownFeature[],
  value: number | undefined,
  parts: ScoringParts,
  signal: AbortSignal,
): Promise<Map<string, number> | string> {
  if (slate.model === '') return 'No effects: no model ranked this page.'
  if (value === undefined) return 'No effects: the video was not ranked by the model.'
  const model = parts.models.current
  if (model?.id !== slate.model) return `No effects: the model ${slate.model} does not serve any more.`
  if (candidate.slot < 0 || candidate.recentSlots.includes(-1))
    return 'No effects: videos that the model read are not in the catalogue any more.'
  const attribution = new Attribution(
    model,
    model.tasks.map((task) => slate.weights[slate.terms.indexOf(task)] ?? 0),
    parts.mostCandidates,
  )
  try {
    if (!isSame(await attribution.value(candidate, signal), value)) {
      return 'No effects: what is known of the video has changed since, and the model gives another value now.'
    }
    return await attribution.effects(candidate, known, signal)
  } catch (error) {
    if (!(error instanceof VireoError)) throw error
    return `No effects: the model could not be asked (${error.code}).`
  }
}

const isSame = (one: number, other = Number.NaN) => Math.abs(one - other) <= tolerance * Math.max(Math.abs(one), Math.abs(other))
