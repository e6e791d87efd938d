import { NotFound } from '../errors.ts'
import type { Feature } from '../features/vector/feature.ts'
import { featureSetId } from '../features/vector/feature-set.ts'
import { feedFeatureSet } from '../features/vector/feed-feature-set.ts'
import type { FeatureBin, FeatureInfo, InspectFeaturesRequest, InspectFeaturesResponse } from '../generated/vireo/v1/console_data.ts'
import { graphsOf, type Manifest } from '../models/manifest.ts'
import { indexOf } from '../models/watching/binned-drift.ts'
import { featureBinFrom } from '../models/watching/bins.ts'
import type { FeatureDistribution } from '../models/watching/feature-drift.ts'
import type { ConsoleParts } from './console.ts'
import type { LakeLooks } from './lake-looks.ts'
import { momentAt } from './timestamps.ts'
import { TrainingFeatures } from './training-features.ts'

/** The catalogue of features, and how each is distributed where the model serves and where it was trained. */
export function inspectFeatures({ clock, models, watch }: ConsoleParts, looks: LakeLooks) {
  const training = new TrainingFeatures(looks)
  return async ({ feature: wanted }: InspectFeaturesRequest, signal: AbortSignal): Promise<InspectFeaturesResponse> => {
    const model = models.current
    const { manifest, id = '' } = model ?? {}
    const served = watch.featuresOf(id)
    const distributions = new Map(served?.distributions(clock.now()).map((each) => [each.name, each]))
    const trained = model && (await training.of(model, clock.now(), signal))
    const infos = (['personFeatures', 'itemFeatures'] as const).flatMap((side) =>
      feedFeatureSet[side].map((feature) => {
        const distribution = distributions.get(feature.name)
        return infoOf(feature, side === 'personFeatures', manifest, distribution, trained?.bins.get(feature.name))
      }),
    )
    const info = wanted === '' ? undefined : infos.find(({ name }) => name === wanted)
    if (wanted !== '' && info === undefined) throw new NotFound('FEATURE_UNKNOWN', 'feature', `There is no feature '${wanted}'.`)
    return {
      featureSet: featureSetId(feedFeatureSet),
      features: wanted === '' ? infos : [],
      model: id,
      live: { pages: BigInt(served?.pages ?? 0), firstHoursOver: served?.firstHoursOver ?? false },
      training: manifest && {
        from: momentAt(manifest.training.fromMs),
        until: momentAt(manifest.training.untilMs),
        rows: BigInt(trained?.rows ?? 0),
        problem: trained?.problem ?? '',
        counted: trained?.counted ?? false,
      },
      feature: info,
      bins: info === undefined ? [] : binsOf(distributions.get(info.name), trained?.bins.get(info.name)),
    }
  }
}

function infoOf(
  { length = 0, meaning, name, unit, window, without }: Feature,
  ofPerson: boolean,
  manifest: Manifest | undefined,
  distribution: FeatureDistribution | undefined,
  training: readonly number[] | undefined,
): FeatureInfo {
  return {
    name,
    meaning,
    unit,
    window: window ?? '',
    ofPerson,
    length,
    without,
    usedBy: manifest === undefined ? [] : usedBy(name, ofPerson, length, manifest),
    notCompared: length > 0 ? 'It is a list.' : window === 'all' ? 'It is counted since ever and only grows.' : '',
    indexFirstHours: distribution?.index,
    indexTraining: distribution && training && indexOf({ now: distribution.newest, before: training }),
  }
}

/** Graphs take all numbers of a side together, and each list as an input of its own. */
function usedBy(name: string, ofPerson: boolean, length: number, manifest: Manifest): string[] {
  const input = length > 0 ? name : ofPerson ? 'person_values' : 'item_values'
  const graphs = graphsOf(manifest).flatMap(([graph, , { inputs }]) => (inputs.some((each) => each.name === input) ? [graph] : []))
  const isPopularity = manifest.retrieval?.popularity.some(({ feature }) => feature === name) ?? false
  return [...new Set(graphs), ...(isPopularity ? ['popularity in retrieval'] : [])]
}

/** From the first to the last bin with a value. */
function binsOf(distribution: FeatureDistribution | undefined, training: readonly number[] = []): FeatureBin[] {
  const { first = [], newest = [] } = distribution ?? {}
  const bins = Array.from({ length: Math.max(newest.length, training.length) }, (_, bin) => ({
    from: featureBinFrom(bin),
    to: featureBinFrom(bin + 1),
    live: BigInt(newest[bin] ?? 0),
    firstHours: BigInt(first[bin] ?? 0),
    training: BigInt(training[bin] ?? 0),
  }))
  const isEmpty = ({ firstHours, live, training }: FeatureBin) => live + firstHours + training === 0n
  const from = bins.findIndex((bin) => !isEmpty(bin))
  return from < 0 ? [] : bins.slice(from, bins.findLastIndex((bin) => !isEmpty(bin)) + 1)
}
