import type { FeatureColumn } from './feature-columns.ts'
import { sampleColumns } from './sample-columns.ts'
import { velocityColumns } from './velocity-columns.ts'

/** What `manifest.json` of an export says. */
export interface ExportManifest {
  readonly format: 1
  readonly createdMs: number
  /** The version of the lake that was read. */
  readonly lakeVersion: number
  /** `page`: features as serving logged them; otherwise to when they were frozen. */
  readonly featuresAsOf: string
  /** Name and version. */
  readonly featureSet: string
  readonly columns: readonly ExportColumn[]
  readonly rows: number
  readonly days: readonly ExportedDay[]
  /** The catalogue: a row a video. */
  readonly videos: ExportedFile
  /** What people did in imported history without times: a row a play, in each person's order. */
  readonly history: ExportedFile
  readonly leftOut: LeftOut
}

export interface ExportColumn {
  readonly name: string
  /** As DuckDB names it. */
  readonly type: string
  readonly role: 'sample' | 'label' | 'person_feature' | 'item_feature' | 'velocity'
  readonly meaning?: string
}

export interface ExportedFile {
  readonly file: string
  readonly rows: number
}

export interface ExportedDay extends ExportedFile {
  /** In UTC. */
  readonly date: string
}

/** Samples that are in the lake and not in the export. */
export interface LeftOut {
  /** Partitions whose data quality failed. */
  readonly failed: readonly { readonly partition: string; readonly rows: number }[]
  /** Of hours that may still get records: their data quality is not judged yet. */
  readonly notSettled: number
  /** Their session goes on. */
  notFinal: number
  /** Without values of this feature set. */
  otherFeatures: number
}

/** What only the lake needs. */
const dropped = new Set(['is_final', 'joined_version'])

/** Whose places the lists of the person's last videos have. */
export const recentVideos = 'recent_videos'

export function exportColumns(features: readonly FeatureColumn[]): ExportColumn[] {
  const kept = sampleColumns.filter(({ name }) => !dropped.has(name))
  return [
    ...kept.map(({ name, type, meaning, isLabel }): ExportColumn => ({ name, type, role: isLabel ? 'label' : 'sample', meaning })),
    { name: recentVideos, type: 'VARCHAR[]', role: 'person_feature', meaning: "the person's last videos, newest first" },
    ...features.map(
      ({ name, side, length }): ExportColumn => ({
        name,
        type: length === undefined ? 'BIGINT' : 'BIGINT[]',
        role: side === 'person_values' ? 'person_feature' : 'item_feature',
      }),
    ),
    ...velocityColumns(features).map(({ name, meaning }): ExportColumn => ({ name, type: 'DOUBLE', role: 'velocity', meaning })),
  ]
}
