import { countedFeatures } from './counted.ts'
import { countedOfTheFeed } from './counted-of-the-feed.ts'
import type { Feature } from './feature.ts'
import { recentFeatures, similarityFeatures } from './recent.ts'
import { sessionFeatures } from './session.ts'

/** What is known of a video without anything that was done with it. */
export const videoFeatures: readonly Feature[] = [
  { name: 'video_length_ms', meaning: 'its length', unit: 'ms', without: 0 },
  { name: 'video_age_hours', meaning: 'since it was uploaded, at most 10 years; -1 if unknown', unit: 'hours', without: -1 },
]

/** The features of the feed, in the order of the log. Another list is another version. */
export const feedFeatureSet = {
  name: 'feed',
  version: 1,
  personFeatures: [
    ...sessionFeatures,
    ...countedFeatures('person', countedOfTheFeed.person, 'the person'),
    ...countedFeatures('surface', countedOfTheFeed.surface, 'where the page is shown'),
    ...countedFeatures('person_surface', countedOfTheFeed.personSurface, 'the person, where the page is shown'),
    ...recentFeatures,
  ] satisfies Feature[],
  itemFeatures: [
    ...videoFeatures,
    ...similarityFeatures,
    ...countedFeatures('video', countedOfTheFeed.video, 'the video'),
    ...countedFeatures('creator', countedOfTheFeed.creator, 'videos of its creator'),
    ...countedFeatures('audio', countedOfTheFeed.audio, 'videos with its audio'),
    ...countedFeatures('category', countedOfTheFeed.category, 'videos of its categories, summed'),
    ...countedFeatures('length', countedOfTheFeed.length, 'videos about as long'),
    ...countedFeatures('person_category', countedOfTheFeed.personCategory, 'the person with its categories, summed'),
    ...countedFeatures('person_length', countedOfTheFeed.personLength, 'the person with videos about as long'),
  ] satisfies Feature[],
} as const
