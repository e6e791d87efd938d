import type { ListMeasuresResponse } from '../../generated/vireo/v1/console_now.ts'
import { count, duration, number, smallShare } from '../../shared/format.ts'

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })

/** A measure's value in words, by its unit. */
export function told(unit: string, value: number): string {
  if (unit === 'share') return smallShare(value)
  if (unit === 'ms') return duration(value)
  return Number.isInteger(value) ? count(value) : number(value)
}

/** `2026-01-15` as 15 Jan 2026. */
export const dayName = (name: string): string => day.format(new Date(name))

/** The place of the last day on which anybody was there; -1 where there is none. */
export function lastLively({ measures }: Pick<ListMeasuresResponse, 'measures'>): number {
  const people = measures.find(({ name }) => name === 'active_people_day')?.values ?? []
  return people.findLastIndex(({ value }) => (value ?? 0) > 0)
}
