import { VARCHAR } from '@duckdb/node-api'
import type { EventRecord } from '../generated/vireo/record/v1/records.ts'
import { UserVideoEvent_EventType as Type } from '../generated/vireo/v1/events.ts'
import { fieldColumns, flag, type Kind, long, longOrNone, optionalFlag, optionalWhole, text, texts } from './kinds.ts'
import type { RowCodec } from './row-codec.ts'

const names = new Map(
  Object.entries(Type)
    .filter(([, number]) => number > Type.Nothing)
    .map(([name, number]): [number, string] => [number, name.replace(/(?!^)[A-Z]/g, '_$&').toLowerCase()]),
)
const numbers = new Map([...names].map(([number, name]) => [name, number]))

/** What the contract calls BlockCreator is `block_creator`; what it does not know yet is `#` and its number. */
const eventType: Kind<number> = {
  type: VARCHAR,
  toColumn: (value) => names.get(value) ?? `#${value}`,
  fromColumn: (value) => numbers.get(value as string) ?? Number((value as string).slice(1)),
}

const fields = fieldColumns<EventRecord>({
  person: text,
  eventId: text,
  type: eventType,
  timeMs: long,
  videoId: text,
  creatorId: text,
  audioId: text,
  categories: texts,
  lengthMs: optionalWhole,
  watchMs: optionalWhole,
  reason: text,
  slateId: text,
  position: optionalWhole,
  surface: text,
  servedHour: optionalWhole,
  category: text,
  imported: flag,
  untimed: flag,
  sourceLongView: optionalFlag,
  sourceClick: optionalFlag,
  acceptedMs: longOrNone,
  likedBefore: flag,
  neighbourOf: texts,
  neighbours: texts,
})

/** A row an event. */
export const eventRows: RowCodec<EventRecord> = {
  columns: fields.columns,
  rowsOf: (event) => [fields.cellsOf(event)],
  back: { holds: () => true, messageOf: ([row]) => fields.messageOf(row!) },
}
