import { dayMs } from '../clock.ts'
import { InvalidInput } from '../errors.ts'
import type { ListMeasuresRequest, ListMeasuresResponse, ListMeasuresResponse_CategoryDays } from '../generated/vireo/v1/console_now.ts'
import { categoryCounts } from '../measures/categories.ts'
import { enoughVideos } from '../measures/inventory.ts'
import { measures } from '../measures/measures.ts'
import { type CategoriesOfDay, dateOf, type InventoryRow } from '../measures/read-measures.ts'
import { MeasuredDays, type MeasuredDaysParts } from './measured-days.ts'
import { momentAt } from './timestamps.ts'

const defaultDays = 14
const mostDays = 92
const mostRows = 500
const mostCategories = 100

/** Lists the measures by day. Rejects with `DAY_INVALID`. */
export function listMeasures(parts: MeasuredDaysParts) {
  const known = new MeasuredDays(parts)
  return async (request: ListMeasuresRequest, signal: AbortSignal): Promise<ListMeasuresResponse> => {
    const wanted = daysOf(request, Math.floor(parts.clock.now() / dayMs))
    const { days, inventory, problem, recordedMs } = await known.read(wanted, signal)
    const there = wanted.filter((day) => days.has(day))
    const categories = byCategory(there.map((day) => days.get(day)!.categories))
    return {
      measures: measures.map(({ name, title, meaning, unit, limit, live = '' }, at) => ({
        name,
        title,
        meaning,
        unit,
        limit,
        live,
        values: there.map((day) => {
          const { value, outOf } = days.get(day)!.values[at]!
          return { value, outOf: outOf === undefined ? undefined : BigInt(outOf) }
        }),
      })),
      days: there.map(dateOf),
      missingDays: wanted.filter((day) => !days.has(day)).map(dateOf),
      recordedUntil: momentAt(recordedMs === undefined ? undefined : Math.floor(recordedMs)),
      inventory: { rows: inventory.slice(0, mostRows).map(rowOf), rowsTotal: inventory.length, enough: enoughVideos },
      problem,
      categories: categories.slice(0, mostCategories),
      categoriesTotal: categories.length,
    }
  }
}

/** Days since 1970, up to today. */
function daysOf({ from, until }: ListMeasuresRequest, today: number): number[] {
  const last = Math.min(today, until === '' ? today : dayOf('until', until))
  const first = from === '' ? last - defaultDays + 1 : dayOf('from', from)
  if (first > last) throw new InvalidInput('DAY_INVALID', 'from', 'the first day is after the last, or after today')
  if (last - first >= mostDays) throw new InvalidInput('DAY_INVALID', 'from', `these are more than ${mostDays} days`)
  return Array.from({ length: last - first + 1 }, (_, at) => first + at)
}

function dayOf(field: string, name: string): number {
  const day = Date.parse(`${name}T00:00:00Z`) / dayMs
  if (!Number.isInteger(day) || dateOf(day) !== name)
    throw new InvalidInput('DAY_INVALID', field, `'${name}' is no day; one looks like 2026-01-15`)
  return day
}

/** A row a category, those with the most impressions first. */
function byCategory(days: readonly CategoriesOfDay[]): ListMeasuresResponse_CategoryDays[] {
  const names = new Set(days.flatMap((day) => [...day.keys()]))
  const rows = Array.from(names, (category) => {
    const [impressions, plays, watches, watchMs, likes, dislikes] = categoryCounts.map((_, which) =>
      days.map((day) => BigInt(day.get(category)?.[which] ?? 0)),
    ) as [bigint[], bigint[], bigint[], bigint[], bigint[], bigint[]]
    return { category, impressions, plays, watches, watchMs, likes, dislikes }
  })
  const all = (counts: readonly bigint[]) => counts.reduce((sum, count) => sum + Number(count), 0)
  return rows.sort((a, b) => all(b.impressions) - all(a.impressions) || (a.category < b.category ? -1 : 1))
}

const rowOf = ({ dimension, name, videos, wellWatched }: InventoryRow) => ({
  dimension,
  name,
  videos: BigInt(videos),
  wellWatched: BigInt(wellWatched),
  gap: wellWatched < enoughVideos,
})
