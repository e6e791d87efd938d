import type { WatchResponse } from '../../generated/vireo/v1/console_now.ts'
import { count, duration, share } from '../../shared/format.ts'

export interface Trouble {
  readonly grade: 'bad' | 'warn'
  readonly says: string
}

/** The product's budget for a page, in ms. */
const feedBudgetMs = 150
/** By default a record waits a minute for the lake; writing takes a while too. */
const lakeBehindS = 300
/** So many of those events may be refused without a word. */
const refusedShare = 0.01

/** What is wrong now, the worst first; nothing is wrong where there is none. */
export function problemsOf(now: WatchResponse): Trouble[] {
  const bad: string[] = []
  const warn: string[] = []
  const pages = sum(now.pagesByLevel)
  const level = (name: string) => countOf(now.pagesByLevel, name)
  const ofPages = (some: number) => `${count(some)} of ${count(pages)} pages (${share(some / pages)})`
  if (now.shed !== '0') bad.push(`${count(Number(now.shed))} requests for a page were turned away: more come at once than can be made.`)
  if (level('popular') > 0) bad.push(`${ofPages(level('popular'))} held only popular videos: the feed failed, or had no time for more.`)
  if (level('no_ranking') > 0) bad.push(`${ofPages(level('no_ranking'))} were not ranked.`)
  if (level('light_ranking') > 0) warn.push(`${ofPages(level('light_ranking'))} were ranked lightly.`)
  if ((now.feedTime?.p99Ms ?? 0) > feedBudgetMs)
    warn.push(`One page in a hundred takes ${duration(now.feedTime!.p99Ms!)} or more; the budget is ${duration(feedBudgetMs)}.`)
  for (const { name, count: failures } of now.errorsByCode) warn.push(`${times(failures, 'call', 'calls')} failed with ${name}.`)
  for (const { name, minute } of now.stages) {
    const failed = Number(minute?.failed ?? 0)
    if (failed > 0) warn.push(`${name} failed or was too slow ${failed === 1 ? 'once' : `${count(failed)} times`}.`)
  }
  const refused = sum(now.refusedByCode)
  if (refused > refusedShare * (refused + sum(now.eventsByType)))
    warn.push(`${times(String(refused), 'event was', 'events were')} refused: ${now.refusedByCode.map(({ name }) => name).join(', ')}.`)
  if (now.lake?.failing) bad.push('Writing to the lake fails; the log keeps what it lacks.')
  if ((now.lake?.behindS ?? 0) > lakeBehindS) warn.push(`The lake is ${duration(now.lake!.behindS * 1_000)} behind the log.`)
  return [...bad.map((says) => ({ grade: 'bad' as const, says })), ...warn.map((says) => ({ grade: 'warn' as const, says }))]
}

type Counts = WatchResponse['pagesByLevel']

export const sum = (counts: Counts): number => counts.reduce((total, { count }) => total + Number(count), 0)
export const countOf = (counts: Counts, name: string): number => Number(counts.find((each) => each.name === name)?.count ?? 0)
const times = (number: string, one: string, many: string) => `${count(Number(number))} ${number === '1' ? one : many}`
