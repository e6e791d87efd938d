/** What is counted by the hour, for each video. */
export const hourlyMetrics = ['served', 'plays', 'watched10s', 'longViews', 'finishes', 'skips', 'likes', 'shares'] as const
/** What is counted in all; the hourly metrics come first. What came without a time has a denominator of its own. */
export const metrics = [
  ...hourlyMetrics,
  'playsOfKnownLength',
  'comments',
  'negatives',
  'reports',
  'untimedPlays',
  'untimedLongViews',
  'untimedLikes',
] as const

export type HourlyMetric = (typeof hourlyMetrics)[number]
export type Metric = (typeof metrics)[number]

/** Windows that are kept summed up, in hours. The running hour counts as one of them. */
export const windowsHours = [1, 24, 168] as const
export type WindowHours = (typeof windowsHours)[number]

/** The counts of videos, by slot, as of everything applied. */
export interface CounterReader {
  total(metric: Metric, slot: number): number
  window(hours: WindowHours, metric: HourlyMetric, slot: number): number
  /** Of an hour since 1970, for as long as the longest window reaches back. */
  hourly(hour: number, metric: HourlyMetric, slot: number): number
  /** Plays in the last 24 hours; the same as the window says, for those who ask it of thousands. */
  playsToday(slot: number): number
  /** Long views in all, with and without a time. */
  longViewsEver(slot: number): number
  /** The videos with any count in a window, in no order. */
  active(hours: WindowHours): Iterable<number>
}
