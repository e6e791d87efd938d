import { type DuckDBListValue, type DuckDBMapValue, FLOAT, INTEGER, LIST, MAP, VARCHAR } from '@duckdb/node-api'
import type { SlateItem, SlateRecord } from '../generated/vireo/record/v1/records.ts'
import { double, fieldColumns, flag, float, floats, long, optionalWhole, type Row, text, texts, whole, wholeOrNone } from './kinds.ts'
import type { Cell } from './parquet/columns.ts'
import type { RowCodec } from './row-codec.ts'

type SlateFields = Omit<SlateRecord, 'items' | 'sources' | 'terms'>
type ItemFields = Omit<SlateItem, 'source' | 'foundBy' | 'terms'>

const slateFields = fieldColumns<SlateFields>({
  slateId: text,
  person: text,
  timeMs: long,
  requestId: text,
  pageNumber: whole,
  count: whole,
  level: whole,
  degraded: texts,
  surface: text,
  device: text,
  networkKbps: wholeOrNone,
  language: text,
  country: text,
  timeZone: text,
  arm: text,
  policy: text,
  imported: flag,
  model: text,
  weights: floats,
  levelReason: text,
})

const itemFields = fieldColumns<ItemFields>({
  videoId: text,
  position: optionalWhole,
  creatorId: text,
  audioId: text,
  categories: texts,
  lengthMs: optionalWhole,
  score: float,
  propensity: double,
  reason: text,
})

/** The names that items refer to: what they come to is in each row, their order in the slate's first. */
const nameColumns = [
  { name: 'sources', type: LIST(VARCHAR) },
  { name: 'term_names', type: LIST(VARCHAR) },
]
const referringColumns = [
  { name: 'source', type: VARCHAR },
  { name: 'found_by', type: LIST(VARCHAR) },
  { name: 'terms', type: MAP(VARCHAR, FLOAT) },
]
const namesAt = slateFields.columns.length
const indexAt = namesAt + nameColumns.length
const itemAt = indexAt + 1
const referringAt = itemAt + itemFields.columns.length

/** A row an item, in their order; a slate without items has one whose `item_index` is NULL. */
export const slateRows: RowCodec<SlateRecord> = {
  columns: [...slateFields.columns, ...nameColumns, { name: 'item_index', type: INTEGER }, ...itemFields.columns, ...referringColumns],
  rowsOf(slate) {
    const ofSlate = slateFields.cellsOf(slate)
    const names = [slate.sources, slate.terms]
    if (slate.items.length === 0) return [[...ofSlate, ...names, null, ...noItem]]
    return slate.items.map((item, index) => [
      ...ofSlate,
      ...(index === 0 ? names : noNames),
      index,
      ...itemFields.cellsOf(item),
      ...referring(item, slate),
    ])
  },
  back: { holds: isRegular, messageOf: slateOf },
}

const noNames = nameColumns.map(() => null)
const noItem = [...itemFields.columns, ...referringColumns].map(() => null)

function isRegular({ items, sources, terms }: SlateRecord): boolean {
  if (!areNames(sources) || !areNames(terms) || sources.length > 32) return false
  return items.every((item) => refersTo(item, sources.length, terms.length))
}

const areNames = (names: readonly string[]) => new Set(names).size === names.length && !names.includes('')

/** Whether what an item refers to is there, so that the names tell which indexes they were. */
function refersTo(item: SlateItem, sources: number, terms: number): boolean {
  const isSource = item.source < sources || (sources === 0 && item.source === 0)
  return isSource && item.foundBy < 2 ** sources && item.terms.length === terms
}

function referring(item: SlateItem, { sources, terms }: SlateRecord): Cell[] {
  const found = sources.filter((_, bit) => (item.foundBy & (1 << bit)) !== 0)
  const values = terms.map((name, at): Cell => [name, item.terms[at] ?? null])
  return [sources[item.source] ?? null, found, terms.length === 0 || !areNames(terms) ? null : values]
}

function slateOf(rows: readonly Row[]): SlateRecord {
  const first = rows[0]!
  const sources = texts.fromColumn(first[namesAt]!)
  const terms = texts.fromColumn(first[namesAt + 1]!)
  const items = first[indexAt] === null ? [] : rows.map((row) => itemOf(row, sources))
  return { ...slateFields.messageOf(first), items, sources, terms }
}

function itemOf(row: Row, sources: readonly string[]): SlateItem {
  const [source, found, terms] = row.slice(referringAt) as [string | null, DuckDBListValue, DuckDBMapValue | null]
  return {
    ...itemFields.messageOf(row, itemAt),
    source: source === null ? 0 : sources.indexOf(source),
    foundBy: found.items.reduce<number>((bits, name) => (bits | (1 << sources.indexOf(name as string))) >>> 0, 0),
    terms: terms === null ? [] : terms.entries.map(({ value }) => value as number),
  }
}
