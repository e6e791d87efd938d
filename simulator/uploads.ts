import type { Random } from '../server/src/random.ts'
import type { Visit } from './population.ts'
import type { RecordedVideo } from './recorded.ts'
import type { Appeal } from './taste.ts'

export interface Upload extends Appeal {
  readonly videoId: string
  readonly creatorId: string
  readonly timeMs: number
}

/**
 * Videos that nobody has seen, each by a new creator, in the order of time: with the categories and length of some
 * recorded video, a hidden quality from those of recorded ones, and at times at which people come until `untilMs`.
 */
export function uploadsOf(
  count: number,
  visits: readonly Visit[],
  untilMs: number,
  videos: readonly RecordedVideo[],
  qualities: readonly number[],
  random: Random,
): Upload[] {
  const any = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)]!
  const before = visits.filter(({ timeMs }) => timeMs < untilMs)
  const times = Array.from({ length: count }, () => any(before).timeMs).sort((a, b) => a - b)
  return times.map((timeMs, n) => {
    const { categories, lengthMs } = any(videos)
    return { videoId: `upload-${n}`, creatorId: `uploader-${n}`, categories, lengthMs, quality: any(qualities), timeMs }
  })
}
