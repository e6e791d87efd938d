import type { BinaryWriter } from '@bufbuild/protobuf/wire'
import { BIGINT, BLOB, type DuckDBBlobValue, INTEGER } from '@duckdb/node-api'
import { encoded } from '../encoded.ts'
import { ControlRecord, EventRecord, FeatureRecord, SlateRecord, VideoRecord } from '../generated/vireo/record/v1/records.ts'
import type { StoredRecord, Topic } from '../ports/event-log.ts'
import { controlRows } from './control-rows.ts'
import { eventRows } from './event-rows.ts'
import { decodeFeatures } from './feature-decoder.ts'
import { featureRows } from './feature-rows.ts'
import type { NamedColumn, Row } from './kinds.ts'
import type { Cell } from './parquet/columns.ts'
import type { CellRow } from './parquet/parquet-writer.ts'
import type { RowCodec } from './row-codec.ts'
import { slateRows } from './slate-rows.ts'
import { videoRows } from './video-rows.ts'

/** A topic's records as rows of the table of its name, and back: `recordOf` of the rows of `rowsOf` as DuckDB reads them is the record. */
export interface RecordRows {
  readonly columns: readonly NamedColumn[]
  readonly rowsOf: (record: StoredRecord) => RowsOfRecord
  readonly recordOf: (rows: readonly Row[]) => StoredRecord
}

export interface RowsOfRecord {
  readonly rows: readonly CellRow[]
  /** Whether it is a record of its topic; of another the rows have the bytes only. */
  readonly readable: boolean
  /** When this server accepted it, in ms since 1970; undefined where that is not known, as of what was imported. */
  readonly acceptedMs: number | undefined
}

/** What each row tells of the record. Key, time and value are NULL where the other columns give them; key and value are in its first row. */
const logColumns: readonly NamedColumn[] = [
  { name: 'log_partition', type: INTEGER },
  { name: 'log_offset', type: BIGINT },
  { name: 'log_key', type: BLOB },
  { name: 'log_time_ms', type: BIGINT },
  { name: 'log_value', type: BLOB },
]

interface Content<Message> {
  readonly codec: {
    decode(bytes: Uint8Array): Message
    encode(message: Message, writer: BinaryWriter): BinaryWriter
  }
  readonly rows: RowCodec<Message>
  readonly keyOf: (message: Message) => string
  readonly timeOf: (message: Message) => number
  readonly acceptedOf: (message: Message) => number | undefined
}

export const recordRows: Readonly<Record<Topic, RecordRows>> = {
  events: of('events', {
    codec: EventRecord,
    rows: eventRows,
    keyOf: ({ person }) => person,
    timeOf: ({ timeMs }) => timeMs,
    acceptedOf: ({ imported, acceptedMs }) => (imported || acceptedMs === 0 ? undefined : acceptedMs),
  }),
  served: of('served', {
    codec: SlateRecord,
    rows: slateRows,
    keyOf: ({ person }) => person,
    timeOf: ({ timeMs }) => timeMs,
    acceptedOf: ({ imported, timeMs }) => (imported ? undefined : timeMs),
  }),
  features: of('features', {
    codec: { decode: decodeFeatures, encode: FeatureRecord.encode },
    rows: featureRows,
    keyOf: ({ person }) => person,
    timeOf: ({ timeMs }) => timeMs,
    acceptedOf: () => undefined,
  }),
  catalog: of('catalog', {
    codec: VideoRecord,
    rows: videoRows,
    keyOf: ({ video }) => video?.videoId ?? '',
    timeOf: ({ timeMs }) => timeMs,
    acceptedOf: () => undefined,
  }),
  control: of('control', {
    codec: ControlRecord,
    rows: controlRows,
    keyOf: ({ change }) => {
      if (change?.$case === 'stateChange') return change.value.videoId
      return change?.$case === 'importProgress' ? change.value.importId : ''
    },
    timeOf: ({ timeMs }) => timeMs,
    acceptedOf: () => undefined,
  }),
}

function of<Message>(topic: Topic, content: Content<Message>): RecordRows {
  const { codec, rows: codecOfRows, keyOf, timeOf, acceptedOf } = content
  const { back } = codecOfRows
  const logAt = codecOfRows.columns.length
  const noMessage = codecOfRows.columns.map(() => null)
  return {
    columns: [...codecOfRows.columns, ...logColumns],

    rowsOf({ partition, offset, key, timeMs, value }) {
      let message: Message
      let rows: Cell[][]
      try {
        message = codec.decode(value)
        rows = codecOfRows.rowsOf(message)
      } catch {
        return { rows: [[...noMessage, partition, offset, Buffer.from(key), timeMs, value]], readable: false, acceptedMs: undefined }
      }
      const keptKey = keyOf(message) === key ? null : Buffer.from(key)
      const keptTime = timeOf(message) === timeMs ? null : timeMs
      const keptValue = back?.holds(message) === true ? null : value
      for (let index = 0; index < rows.length; index++) {
        rows[index]!.push(partition, offset, index > 0 ? null : keptKey, keptTime, index > 0 ? null : keptValue)
      }
      return { rows, readable: true, acceptedMs: acceptedOf(message) }
    },

    recordOf(rows) {
      const first = rows[0]!
      const [partition, offset, key, timeMs, kept] = first.slice(logAt) as [
        number,
        bigint,
        DuckDBBlobValue | null,
        bigint | null,
        DuckDBBlobValue | null,
      ]
      const place = { topic, partition, offset: Number(offset) }
      if (kept !== null && key !== null && timeMs !== null) {
        return { ...place, key: textOf(key), timeMs: Number(timeMs), value: new Uint8Array(kept.bytes) }
      }
      const message = kept === null ? back!.messageOf(rows) : codec.decode(kept.bytes)
      return {
        ...place,
        key: key === null ? keyOf(message) : textOf(key),
        timeMs: timeMs === null ? timeOf(message) : Number(timeMs),
        value: kept === null ? encoded(codec, message) : new Uint8Array(kept.bytes),
      }
    },
  }
}

const textOf = ({ bytes }: DuckDBBlobValue) => Buffer.from(bytes).toString()

/** Columns that came after the first files were written. */
const laterColumns: Partial<Record<Topic, readonly string[]>> = {
  events: ['liked_before', 'neighbour_of', 'neighbours'],
  served: ['model', 'weights', 'level_reason'],
  control: ['changed_by'],
}

/** Rows of records in files, of which older ones lack columns that came later: these are NULL. */
export function withLaterColumns(topic: Topic, sql: string): string {
  const later = laterColumns[topic]
  if (later === undefined) return sql
  const columns = recordRows[topic].columns.filter(({ name }) => later.includes(name)).map(({ name, type }) => `NULL::${type} AS ${name}`)
  return `(FROM ${sql} UNION ALL BY NAME SELECT ${columns.join(', ')} WHERE false)`
}
