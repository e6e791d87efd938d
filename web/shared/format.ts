const whole = new Intl.NumberFormat('en')
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })
const precise = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })
const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 })
const smallPercent = new Intl.NumberFormat('en', { style: 'percent', maximumSignificantDigits: 2 })
const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })

/** A count: exact below ten thousand, then short, such as 12.3K. */
export const count = (value: number): string => (Math.abs(value) < 10_000 ? whole.format(value) : compact.format(value))

/** A measured number, to three figures. */
export const number = (value: number): string => precise.format(value)

/** A share from 0 to 1, such as 12.3 %. */
export const share = (value: number): string => (Number.isFinite(value) ? percent.format(value) : '–')

/** A small share from 0 to 1, to two figures, such as 0.034 %. */
export const smallShare = (value: number): string => (Number.isFinite(value) ? smallPercent.format(value) : '–')

/** A duration in ms, in the unit that suits it. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return '–'
  if (ms < 1_000) return `${precise.format(ms)} ms`
  if (ms < 120_000) return `${precise.format(ms / 1_000)} s`
  if (ms < 7_200_000) return `${precise.format(ms / 60_000)} min`
  if (ms < 172_800_000) return `${precise.format(ms / 3_600_000)} h`
  return `${precise.format(ms / 86_400_000)} d`
}

/** A point in time, in the zone of who looks at it. */
export const time = (at: string | number): string => moment.format(new Date(at))

/** A size, such as 12.3 MB. */
export function bytes(size: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const at = size < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(size) / 3))
  return `${precise.format(size / 1_000 ** at)} ${units[at]}`
}
