import { setTimeout as sleep } from 'node:timers/promises'
import { Counter, type Registry } from 'prom-client'
import { eventTypes } from '../features/streams/event-stream.ts'
import type { WatchResponse, WatchResponse_Point, WatchResponse_Run, WatchResponse_Stage } from '../generated/vireo/v1/console_now.ts'
import { describe } from '../pipeline/describe.ts'
import { meterName } from '../pipeline/trace.ts'
import type { ConsoleParts } from './console.ts'
import { lakeLag } from './lake-lag.ts'
import type { LakeLooks } from './lake-looks.ts'
import { mostFirsts } from './live/first-impressions.ts'
import { firstImpressionsBefore } from './live/first-impressions-before.ts'
import { LiveCounts } from './live/live-counts.ts'
import { type Beat, Pulse, type Step } from './live/pulse.ts'
import type { ReadingSpan } from './live/reading-span.ts'
import { metricNames as named } from './live/readings.ts'
import { momentAt } from './timestamps.ts'

const everyMs = 1_000

type WatchParts = Pick<ConsoleParts, 'catalog' | 'charts' | 'clock' | 'counters' | 'isOpen' | 'metrics' | 'observers' | 'pipeline'>

/** Tells what goes on, a message a second, made once for all who watch, until the signal or the end of the server. */
export function watch(parts: WatchParts, looks: LakeLooks): (signal: AbortSignal) => AsyncGenerator<WatchResponse> {
  const { isOpen, metrics, observers } = parts
  const counts = new LiveCounts(parts)
  observers.push(counts)
  registerEvents(metrics.registry, counts.events)
  const pulse = new Pulse({ ...parts, registry: metrics.registry }, pointOf)
  const stages = describe(parts.pipeline)

  const message = async (): Promise<Omit<WatchResponse, 'points'>> => {
    const beat = await pulse.read()
    const { all, categories, total } = counts.lastHour()
    return {
      ...ofTheMinute(beat),
      time: momentAt(beat.timeMs),
      started: momentAt(pulse.startedMs),
      stages: stages.map(({ kind, name, onFailure = '' }) => ({ kind, name, onFailure, ...runsOf(meterName(kind, name), beat) })),
      all,
      categories,
      categoriesTotal: total,
      uploads: counts.uploads(),
      lake: await lakeLag(metrics.registry),
    }
  }
  // First impressions of before the start are in the lake, which is asked once.
  let isWhole = false
  const completeFirsts = async (signal: AbortSignal) => {
    if (isWhole) return
    isWhole = true
    const looked = await looks.look(signal, (opened) => firstImpressionsBefore(pulse.startedMs, mostFirsts, opened)).catch(() => undefined)
    if (looked !== undefined && 'found' in looked) counts.firsts.before(looked.found)
    else isWhole = false
  }
  let next: Promise<Omit<WatchResponse, 'points'>> | undefined
  const inASecond = () => {
    next ??= sleep(everyMs)
      .then(message)
      .finally(() => {
        next = undefined
      })
    return next
  }

  return async function* (signal) {
    let told = 0
    void completeFirsts(signal)
    for (let news = await message(); isOpen() && !signal.aborted; news = await inASecond()) {
      const { made, points } = pulse.pointsSince(told)
      told = made
      yield { ...news, points: [...points] }
    }
  }
}

function ofTheMinute({ minute, windowS }: Beat) {
  return {
    windowS,
    feedsPerS: minute.sum(named.pages) / windowS,
    feedTime: minute.spread(named.feedTime),
    pagesByLevel: minute.counts(named.pages, 'level'),
    shed: BigInt(minute.sum(named.shed)),
    errorsByCode: minute.counts(named.calls, 'code', hasFailed),
    eventsPerS: minute.sum(named.events) / windowS,
    eventsByType: minute.counts(named.events, 'type'),
    refusedByCode: minute.counts(named.refused, 'code'),
    acceptTime: minute.spread(named.acceptTime),
  }
}

function pointOf({ minute, seconds, step, timeMs }: Step): WatchResponse_Point {
  const perS = (metric: string, wanted?: Parameters<ReadingSpan['sum']>[1]) => step.sum(metric, wanted) / seconds
  const ofLevel = (name: string) => perS(named.pages, ({ level }) => level === name)
  return {
    time: momentAt(timeMs),
    feedsPerS: perS(named.pages),
    eventsPerS: perS(named.events),
    errorsPerS: perS(named.calls, hasFailed),
    feedTime: minute.spread(named.feedTime),
    fullPerS: ofLevel('full'),
    lightRankingPerS: ofLevel('light_ranking'),
    noRankingPerS: ofLevel('no_ranking'),
    popularPerS: ofLevel('popular'),
  }
}

/** A caller who went away is no failure of the server's. */
const hasFailed = ({ code }: { readonly code?: string | number | undefined }) => code !== 'OK' && code !== 'CANCELLED'

function runsOf(name: string, { minute, total }: Beat): Pick<WatchResponse_Stage, 'minute' | 'total'> {
  const isIt = ({ stage }: { readonly stage?: string | number | undefined }) => stage === name
  const run = (span: ReadingSpan): WatchResponse_Run => ({
    time: span.spread(named.stageTime, isIt),
    kept: BigInt(span.sum(named.kept, isIt)),
    removed: BigInt(span.sum(named.removed, isIt)),
    failed: BigInt(span.sum(named.failed, isIt)),
  })
  return { minute: run(minute), total: run(total) }
}

/** How many new events there were by type is counted here, and a metric like any other. */
function registerEvents(registry: Registry, events: Float64Array): void {
  const types = Object.entries(eventTypes)
  new Counter({
    name: named.events,
    help: 'New events by type, without those that were imported.',
    labelNames: ['type'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [type, number] of types) this.inc({ type }, events[number]!)
    },
  })
}
