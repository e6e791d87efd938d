import { BIGINT, type DuckDBListValue, LIST, VARCHAR } from '@duckdb/node-api'
import type { FeatureRecord } from '../generated/vireo/record/v1/records.ts'
import { fieldColumns, long, longs, text, texts } from './kinds.ts'
import type { RowCodec } from './row-codec.ts'

const fields = fieldColumns<Omit<FeatureRecord, 'items' | 'compressed'>>({
  slateId: text,
  person: text,
  timeMs: long,
  featureSet: text,
  personValues: longs,
  recentVideos: texts,
})
const itemsAt = fields.columns.length

/** A row a record, so that the person's side is stored once a slate; its items are lists of the same length. */
export const featureRows: RowCodec<FeatureRecord> = {
  columns: [...fields.columns, { name: 'video_ids', type: LIST(VARCHAR) }, { name: 'item_values', type: LIST(LIST(BIGINT)) }],
  rowsOf: (record) => [[...fields.cellsOf(record), record.items.map(({ videoId }) => videoId), record.items.map(({ values }) => values)]],
  back: {
    holds: () => true,
    messageOf([row]) {
      const values = (row![itemsAt + 1] as DuckDBListValue).items
      const items = texts.fromColumn(row![itemsAt]!).map((videoId, at) => ({ videoId, values: longs.fromColumn(values[at]!) }))
      return { ...fields.messageOf(row!), items, compressed: Buffer.alloc(0) }
    },
  },
}
