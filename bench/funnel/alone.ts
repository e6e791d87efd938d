import type { Figure } from '../benchmark.ts'
import { askForFeeds } from '../load/feed-load.ts'
import { percentile } from '../percentile.ts'
import type { ServerProcess } from '../server/server-process.ts'
import type { Filled, StageTimes } from './inside.ts'

/** Of as many rounds the median counts: one that something else on the machine disturbed says nothing. */
const rounds = 5
/** Those that take time, in the order of the feed. */
const stages = ['person_vector', 'two_tower', 'near_liked', 'features', 'retrieval', 'ranking', 'diversity', 'served_slate']

export interface AloneLoad {
  readonly warmUp: number
  /** Of each round. */
  readonly pages: number
  readonly person: () => string
}

export interface Alone {
  readonly filled: Filled
  /** When it has answered. */
  readonly residentBytes: number
  readonly recall: number
  readonly p50: number
  readonly p99: number
  /** Of all threads, in ms. */
  readonly processorMs: number
  readonly stages: StageTimes
}

/** One client, who asks when it has an answer. */
export async function alone(server: ServerProcess, { pages, person, warmUp }: AloneLoad): Promise<Alone> {
  const { address } = server
  await askForFeeds({ address, clients: 1, pages: warmUp, person })
  await server.ask('watchStages')
  const before = await server.ask('processorTime')
  const p50: number[] = []
  const p99: number[] = []
  for (let round = 0; round < rounds; round++) {
    const { ms } = await askForFeeds({ address, clients: 1, pages, person })
    p50.push(percentile(ms, 0.5))
    p99.push(percentile(ms, 0.99))
  }
  const processorMs = (((await server.ask('processorTime')) - before) * 1e3) / (rounds * pages)
  const stages = await server.ask('stageTimes')
  const recall = await server.ask('recall')
  const [filled, residentBytes] = [await server.ask('filled'), await server.ask('residentBytes')]
  return { filled, residentBytes, recall, p50: percentile(p50, 0.5), p99: percentile(p99, 0.5), processorMs, stages }
}

export function aloneAt(videos: number, { filled, p50, p99, processorMs, recall }: Alone): Figure[] {
  const at = `at ${videos} videos`
  return [
    { name: `recall of the nearest 1,000 ${at}`, value: recall, unit: '', limit: { least: 0.98 }, note: "by the index's own vectors" },
    { name: `vectors made and added ${at}`, value: filled.added / filled.seconds, unit: 'videos/s' },
    { name: `feed ${at}, p50`, value: p50, unit: 'ms', limit: { most: 8 }, note: `one client; median of ${rounds} rounds` },
    { name: `feed ${at}, p99`, value: p99, unit: 'ms', limit: { most: 12 } },
    { name: `feed ${at}, processor time`, value: processorMs, unit: 'ms', note: 'of all threads' },
  ]
}

export function byStage(times: StageTimes): Figure[] {
  return stages.flatMap((stage) => [
    { name: `${stage}, p50`, value: times[stage]!.p50, unit: 'ms' },
    { name: `${stage}, p99`, value: times[stage]!.p99, unit: 'ms' },
  ])
}
