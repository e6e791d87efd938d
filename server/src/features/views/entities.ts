import { bucketOf } from '../language/bucket.ts'
import { bucket, col, each, known } from '../language/expression.ts'

/** Upper ends of the buckets of length, in ms: about equally many of the sample's plays lie between two. */
export const lengthEdgesMs = [7_000, 11_000, 18_000, 30_000, 60_000, 120_000, 300_000] as const

/** The bucket of a length, as the views tell them apart. */
export const lengthBucketOf = (lengthMs: number): number => bucketOf(lengthMs, lengthEdgesMs)

const lengthBucket = bucket(known(col('length_ms')), lengthEdgesMs)

export const video = { video_id: col('video_id') }
export const creator = { creator_id: col('creator_id') }
export const audio = { audio_id: col('audio_id') }
export const category = { category: each(col('categories')) }
export const person = { person: col('person') }
export const personCategory = { ...person, ...category }
export const personLength = { ...person, length_bucket: lengthBucket }
/** Where in an app it happens; a tab of it, mostly. */
export const surface = { surface: col('surface') }
export const personSurface = { ...person, ...surface }
export const length = { length_bucket: lengthBucket }

/** Whose tiles are many and asked for one person at a time: they live in a bounded cache. */
export const personal = 'person'
