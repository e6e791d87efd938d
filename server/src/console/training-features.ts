import { featureSetId } from '../features/vector/feature-set.ts'
import { feedFeatureSet } from '../features/vector/feed-feature-set.ts'
import { quoted } from '../lake/database.ts'
import type { OpenedLake } from '../lake/look-into.ts'
import { shownFilesOf } from '../lake/manifest-changes.ts'
import { rowsSql } from '../lake/views.ts'
import type { Manifest as ModelManifest } from '../models/manifest.ts'
import type { ServingModel } from '../models/serving/serving-model.ts'
import { binsPerColumn } from '../models/watching/binned-drift.ts'
import { comparedFeatures } from '../models/watching/feature-drift.ts'
import type { LakeFile } from '../ports/lake.ts'
import type { LakeLooks } from './lake-looks.ts'

/** How features were distributed in what a model was trained on. */
export interface TrainingDistributions {
  /** Whether training has counted all that it saw; else it is what the lake has of that time. */
  readonly counted: boolean
  /** Videos on pages that were looked at; 0 where the lake has none of that time. */
  readonly rows: number
  /** Why the lake could not be asked; else empty. */
  readonly problem: string
  /** By name, in the bins of `featureBin`. */
  readonly bins: ReadonlyMap<string, readonly number[]>
}

/** Pages that are looked at, about, and pages of the files that they are drawn from: the lake may have a thousand times more. */
const sampledPages = 4_000
const readPages = 80_000
/** What was not found may come with the next `vireo samples`. */
const keepMs = 10 * 60_000

const nothing = { rows: 0, bins: new Map<string, number[]>() }

/**
 * As training has counted them; of an artifact of before it did, from the lake's rows of the training window, read once a
 * model, and again after a while where there was nothing.
 */
export class TrainingFeatures {
  readonly #looks: LakeLooks
  #known: { readonly model: string; readonly readMs: number; readonly distributions: TrainingDistributions } | undefined

  constructor(looks: LakeLooks) {
    this.#looks = looks
  }

  async of(
    model: Pick<ServingModel, 'distributions' | 'id' | 'manifest'>,
    nowMs: number,
    signal: AbortSignal,
  ): Promise<TrainingDistributions> {
    const { distributions: counted, id, manifest } = model
    if (counted !== undefined) return { counted: true, rows: counted.samples, problem: '', bins: new Map(Object.entries(counted.bins)) }
    if (this.#known?.model === id && (this.#known.distributions.rows > 0 || nowMs - this.#known.readMs < keepMs))
      return this.#known.distributions
    const looked = await this.#looks.look(signal, (opened) => read(opened, manifest.training))
    const distributions = {
      counted: false,
      ...('found' in looked ? { ...looked.found, problem: '' } : { ...nothing, problem: looked.problem }),
    }
    if ('found' in looked) this.#known = { model: id, readMs: nowMs, distributions }
    return distributions
  }
}

async function read({ database, lake, manifest }: OpenedLake, { fromMs, untilMs }: ModelManifest['training']) {
  const inWindow = shownFilesOf(manifest, 'features').filter(({ maxMs, minMs }) => maxMs >= fromMs && minMs <= untilMs)
  const files = spread(inWindow, readPages)
  if (files.length === 0) return nothing
  const share = Math.max(1, Math.floor(sum(files) / sampledPages))
  await database.run(`CREATE OR REPLACE TEMP TABLE vectors AS SELECT item_index, person_values, item_values
    FROM ${rowsSql('features', files, (path) => lake.location(path))}
    WHERE feature_set = ${quoted(featureSetId(feedFeatureSet))} AND time_ms BETWEEN ${fromMs} AND ${untilMs} AND hash(slate_id) % ${share} = 0`)
  const bins = new Map<string, number[]>()
  for (const [side, where] of [
    ['person_values', 'item_index = 0'],
    ['item_values', 'true'],
  ] as const) {
    const columns = comparedFeatures.filter((each) => each.side === side)
    const byPlace = new Map(columns.map(({ at, name }) => [at, name]))
    const counted = await database.rows(`SELECT place, ${binSql} AS bin, count(*)
      FROM (SELECT unnest([${columns.map(({ at }) => at).join(', ')}]) AS place, unnest([${columns.map(({ at }) => `${side}[${at + 1}]`).join(', ')}]) AS value
        FROM vectors WHERE ${where}) WHERE value IS NOT NULL GROUP BY ALL`)
    for (const [place, bin, count] of counted) {
      const name = byPlace.get(Number(place))!
      const ofFeature = bins.get(name) ?? new Array<number>(binsPerColumn).fill(0)
      ofFeature[Number(bin)] = Number(count)
      bins.set(name, ofFeature)
    }
  }
  return { rows: await database.number('SELECT count(*) FROM vectors'), bins }
}

/** `featureBin` in SQL. */
export const binSql = `CASE WHEN value < 0 THEN 0 WHEN value = 0 THEN 1 ELSE 2 + floor(log2(least(value, ${2 ** 31 - 1})))::INTEGER END`

/** Files from all over the window with about so many pages together, at least one. */
function spread(files: readonly LakeFile[], pages: number): LakeFile[] {
  const every = Math.max(1, Math.ceil(sum(files) / pages))
  return files.toSorted((a, b) => a.minMs - b.minMs).filter((_, at) => at % every === 0)
}

/** In files of features a row is a page. */
const sum = (files: readonly LakeFile[]) => files.reduce((total, { rows }) => total + rows, 0)
