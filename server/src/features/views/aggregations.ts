import { minuteMs } from '../../clock.ts'
import { count, countWhere, sum, sumOfSquares } from '../language/aggregation.ts'
import { and, clip, col, eq, isIn, isKnown, known, lit, when } from '../language/expression.ts'
import { finish, lengthKnown, longView, skip, watched10s } from './outcomes.ts'

/** Who lets a video loop for an hour is not six times as interested as who does for ten minutes. */
const longestCountedMs = 10 * minuteMs
const tenthMs = 100

const watchMs = clip(known(col('watch_ms')), 0, longestCountedMs)
const lengthMs = clip(known(col('length_ms')), 0, longestCountedMs)

export const ofImpressions = {
  impressions: count({ meaning: 'served, which counts as shown', unit: 'impressions' }),
}

export const ofWatches = {
  plays: count({ meaning: 'played', unit: 'plays' }),
  plays_of_known_length: countWhere(lengthKnown, {
    meaning: 'played, where the length is known: what long views and finishes are out of',
    unit: 'plays',
  }),
  watched_10s: countWhere(watched10s, { meaning: 'watched for 10 s or more', unit: 'plays' }),
  long_views: countWhere(longView, { meaning: 'watched whole, or for 18 s', unit: 'plays' }),
  finishes: countWhere(finish, { meaning: 'watched whole', unit: 'plays' }),
  skips: countWhere(skip, { meaning: 'left within 3 s and 30 % of the length', unit: 'plays' }),
  watch_ms: sum(watchMs, { meaning: 'time watched, at most 10 min a play', unit: 'ms' }),
  watch_squares: sumOfSquares(watchMs, tenthMs, { meaning: 'squares of the time watched a play', unit: '(0.1 s)²' }),
  watch_of_known_length_ms: sum(known(when(isKnown(col('length_ms')), watchMs)), {
    meaning: 'time watched, where the length is known',
    unit: 'ms',
  }),
  length_ms: sum(known(when(isKnown(col('watch_ms')), lengthMs)), {
    meaning: 'length of what was played, at most 10 min a play: what the time watched is out of',
    unit: 'ms',
  }),
}

const ofType = <T extends string>(type: T) => eq(col('type'), lit(type))

export const ofReactions = {
  likes: countWhere(ofType('like'), { meaning: 'liked', unit: 'events' }),
  unlikes: countWhere(ofType('unlike'), { meaning: 'likes taken back', unit: 'events' }),
  shares: countWhere(ofType('share'), { meaning: 'shared', unit: 'events' }),
  comments: countWhere(ofType('comment'), { meaning: 'commented on', unit: 'events' }),
  follows: countWhere(ofType('follow'), { meaning: 'creator followed', unit: 'events' }),
  negatives: countWhere(isIn(col('type'), ['dislike', 'not_interested']), { meaning: 'disliked, or not interested', unit: 'events' }),
  reports: countWhere(ofType('report'), { meaning: 'reported', unit: 'events' }),
}

export const ofHistory = {
  untimed_plays: countWhere(ofType('watch'), { meaning: 'played, in imported history without times', unit: 'plays' }),
  untimed_long_views: countWhere(and(ofType('watch'), longView), {
    meaning: 'watched whole, or for 18 s, in imported history without times',
    unit: 'plays',
  }),
  untimed_likes: countWhere(ofType('like'), { meaning: 'liked, in imported history without times', unit: 'events' }),
}
