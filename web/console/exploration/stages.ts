import type { FlowBucket, FlowCounts } from '../../generated/vireo/v1/console_video.ts'
import { count, share } from '../../shared/format.ts'
import { bucketWord } from '../video/words.ts'

export interface Stage {
  readonly kind: 'new' | 'bucket' | 'promoted' | 'retired' | 'left'
  readonly name: string
  readonly about: string
  readonly videos: number
  /** Of a bucket: those of the last day, and the chance of a draw from it. */
  readonly fresh?: number
  readonly odds?: number
}

/** All new videos, the buckets in their order, and how videos leave them. */
export function stagesOf(counts: FlowCounts, buckets: readonly FlowBucket[]): Stage[] {
  return [
    { kind: 'new', name: 'New', about: 'cleared, up to 30 days old', videos: counts.videos },
    ...buckets.map((bucket, at): Stage => {
      const { odds } = bucket
      const [fresh, older] = [counts.fresh[at] ?? 0, counts.older[at] ?? 0]
      const about = `${share(odds)} of draws, ${count(fresh)} fresh`
      return { kind: 'bucket', name: bucketWord(bucket), about, videos: fresh + older, fresh, odds }
    }),
    { kind: 'promoted', name: 'Promoted', about: 'as good as its category', videos: counts.promoted },
    { kind: 'retired', name: 'Retired', about: 'worse than its category', videos: counts.retired },
    { kind: 'left', name: 'Left', about: 'without a verdict', videos: counts.left },
  ]
}
