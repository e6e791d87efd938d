import { setInterval as every } from 'node:timers/promises'
import { Level, type RecsResponse } from '../../server/src/generated/vireo/v1/feed.ts'
import type { Figure } from '../benchmark.ts'
import { askForPage, feedClient } from '../load/clients.ts'
import { askForFeeds } from '../load/feed-load.ts'
import { type Answered, openLoop } from '../load/open-loop.ts'
import { percentile } from '../percentile.ts'
import type { ServerProcess } from '../server/server-process.ts'

/** Enough to keep the core busy, and so few that none has to wait too long for the ranker. */
const askingAtOnce = 4
const connections = 8
const betweenHangsMs = 4_000

interface Load {
  readonly person: () => string
}

export interface Saturated {
  /** Feeds, by the clock on the wall. */
  readonly perSecond: number
  readonly figures: readonly Figure[]
}

/** Clients that always ask: what a feed costs. */
export async function saturated(server: ServerProcess, { pages, person }: Load & { pages: number }): Promise<Saturated> {
  const levels: Level[] = []
  const before = await server.ask('processorTime')
  const { perSecond } = await askForFeeds({
    address: server.address,
    clients: askingAtOnce,
    pages,
    person,
    onPage: ({ level }) => levels.push(level),
  })
  const seconds = ((await server.ask('processorTime')) - before) / pages
  return {
    perSecond,
    figures: [
      {
        name: 'feeds a second of a core, saturated',
        value: 1 / seconds,
        unit: 'feeds/s',
        limit: { least: 120 },
        note: `by processor time of all threads, ${askingAtOnce} clients`,
      },
      { name: 'processor time a feed', value: seconds * 1e3, unit: 'ms' },
      {
        name: 'feeds a second, saturated',
        value: perSecond,
        unit: 'feeds/s',
        note: 'by the clock on the wall: less where others take the core',
      },
      { name: 'of them at level full', value: shareOfFull(levels), unit: '%' },
    ],
  }
}

export interface Arrivals extends Load {
  readonly perSecond: number
  readonly seconds: number
}

/** People who come when they come. */
export async function arrivals(server: ServerProcess, load: Arrivals): Promise<Figure[]> {
  const { answers, failures, ms } = await pagesAsDue(server.address, load)
  const name = `${load.perSecond} feeds/s in an open loop`
  return [
    { name: `${name}, p50`, value: percentile(ms, 0.5), unit: 'ms' },
    { name: `${name}, p99`, value: percentile(ms, 0.99), unit: 'ms', limit: { most: 50 }, note: 'from when a request was due' },
    { name: `${name}, at level full`, value: shareOfFull(answers.map(({ level }) => level)), unit: '%', limit: { least: 99 } },
    failed(name, failures),
  ]
}

/** The same at shares of what the server can do: below it most of a page's time is waiting for others by chance, above it pages take less work. */
export async function arrivalsBySaturation(
  server: ServerProcess,
  { perSecond, shares, ...load }: Arrivals & { readonly shares: readonly number[] },
): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const share of shares) {
    const { answers, failures, ms } = await pagesAsDue(server.address, { ...load, perSecond: share * perSecond })
    const name = `open loop at ${100 * share} % of saturated`
    figures.push(
      { name: `${name}, p50`, value: percentile(ms, 0.5), unit: 'ms' },
      { name: `${name}, p99`, value: percentile(ms, 0.99), unit: 'ms', note: `${(share * perSecond).toFixed(0)} feeds/s` },
      ...byLevel(answers).map(([level, value]) => ({ name: `${name}, at level ${level}`, value, unit: '%' })),
      failed(name, failures),
    )
  }
  return figures
}

/** The same while the thread that ranks hangs, and its successor some seconds later, and so on. */
export async function arrivalsWithHangs(server: ServerProcess, load: Arrivals): Promise<Figure[]> {
  const ending = new AbortController()
  const hanging = hangAgainAndAgain(server, ending.signal)
  const { answers, failures, ms } = await pagesAsDue(server.address, load)
  ending.abort()
  await hanging
  await server.ask('endHang')
  return [
    { name: 'ranker hung, p99', value: percentile(ms, 0.99), unit: 'ms', limit: { most: 150 }, note: `every ${betweenHangsMs / 1_000} s` },
    failed('ranker hung', failures),
    { name: 'ranker hung, at level full', value: shareOfFull(answers.map(({ level }) => level)), unit: '%' },
  ]
}

async function hangAgainAndAgain(server: ServerProcess, signal: AbortSignal): Promise<void> {
  await server.ask('hangRanker')
  try {
    for await (const _ of every(betweenHangsMs, undefined, { signal })) await server.ask('hangRanker')
  } catch {
    // The load is over.
  }
}

async function pagesAsDue(address: string, { perSecond, person, seconds }: Arrivals): Promise<Answered<RecsResponse>> {
  const clients = Array.from({ length: connections }, () => feedClient(address))
  let asked = 0
  const ask = async () => {
    const page = await askForPage(clients[asked++ % connections]!, person())
    if (page.results.length === 0) throw new Error('The page is empty.')
    return page
  }
  const answered = await openLoop({ perSecond, seconds, ask })
  for (const client of clients) client.close()
  return answered
}

const failed = (name: string, failures: readonly Error[]): Figure => ({
  name: `${name}, failed`,
  value: failures.length,
  unit: 'requests',
  limit: { most: 0 },
  note: [...new Set(failures.map(({ message }) => message))].join('; '),
})

/** In percent, of the levels that there are, best first. */
function byLevel(answers: readonly RecsResponse[]): [string, number][] {
  const names = {
    full: Level.LEVEL_FULL,
    light_ranking: Level.LEVEL_LIGHT_RANKING,
    no_ranking: Level.LEVEL_NO_RANKING,
    popular: Level.LEVEL_POPULAR,
  }
  return Object.entries(names).map(([name, level]) => [
    name,
    (100 * answers.filter((answer) => answer.level === level).length) / answers.length,
  ])
}

const shareOfFull = (levels: readonly Level[]) => (100 * levels.filter((level) => level === Level.LEVEL_FULL).length) / levels.length
