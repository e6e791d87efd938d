import { categoriesPerVideo } from '../catalog/video-columns.ts'
import type { Category } from '../generated/vireo/v1/catalog.ts'

/** SQL for a time that is ISO 8601, seconds or milliseconds: ms since 1970, or NULL. */
export function timeSql(column: string): string {
  const number = `TRY_CAST(${column} AS DOUBLE)`
  return `COALESCE(TRY_CAST(${number} * CASE WHEN abs(${number}) < 1e11 THEN 1000 ELSE 1 END AS BIGINT), epoch_ms(TRY_CAST(${column} AS TIMESTAMPTZ)))`
}

/** SQL for the number of an enum's value, which may be written as a number or as a name in any case, without its `prefix` too. */
export function enumSql(column: string, values: Readonly<Record<string, number>>, prefix = ''): string {
  const known = Object.entries(values).filter(([, number]) => number >= 0)
  const names = known.map(([name, number]) => `WHEN '${name.replace(prefix, '').toLowerCase()}' THEN ${number}`)
  const numbers = known.map(([, number]) => `WHEN '${number}' THEN ${number}`)
  return `CASE replace(lower(${column}), '${prefix.toLowerCase()}', '') ${[...names, ...numbers].join(' ')} END`
}

/** SQL that holds for a list that is neither JSON nor 'a|b'. */
export const isBadList = (column: string) => `starts_with(${column}, '{') OR starts_with(${column}, '[') AND NOT json_valid(${column})`

/** JSON, or 'a|b' as CSV has it. */
export function listOf(text: string): unknown[] {
  if (text.startsWith('[')) return JSON.parse(text)
  return text === '' ? [] : text.split('|')
}

export const stringsOf = (text: string): string[] => listOf(text).map(String)

/** Names, or objects such as `{"name": "cooking", "confidence": 0.8, "source": "creator"}`. */
export function categoriesOf(text: string): Category[] {
  return listOf(text).map((entry) => {
    const { name, confidence, source } = typeof entry === 'object' && entry !== null ? (entry as Partial<Category>) : { name: entry }
    return { name: String(name ?? ''), confidence: Number(confidence ?? 0) || 0, source: String(source ?? '') }
  })
}

/** Those that events carry, as the catalogue keeps them. */
export function strongestCategories(text: string): string[] {
  const sorted = categoriesOf(text).sort((a, b) => (b.confidence || 1) - (a.confidence || 1))
  return sorted.slice(0, categoriesPerVideo).map((category) => category.name)
}
