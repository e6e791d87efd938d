import { feedViews } from '../views/feed-views.ts'
import type { Counted } from './counted.ts'

const trends = ['10m', '1h', '24h', '7d', 'all'] as const
const rates = ['24h', '7d', 'all'] as const
/** Somebody is asked for often enough that minutes are told by the session. */
const long = ['1h', '24h', '7d', 'all'] as const

type About = (typeof feedViews)['video' | 'creator' | 'audio' | 'category' | 'person' | 'personCategory' | 'personLength' | 'length']

/** What rates and watch ratios are made of. */
const watched = ['plays_of_known_length', 'watch_of_known_length_ms', 'length_ms']
const untimed = [{ windows: ['all'] as const, aggregations: ['untimed_plays', 'untimed_long_views'] }]

/** How something does, from minutes ago to for ever. */
const doing = ({ impressions, watches, reactions, history }: About): Counted[] => [
  { view: impressions, taken: [{ windows: trends, aggregations: ['impressions'] }] },
  {
    view: watches,
    taken: [
      { windows: trends, aggregations: ['long_views', 'finishes', 'skips', 'watch_ms'] },
      { windows: rates, aggregations: watched },
    ],
  },
  { view: reactions, taken: [{ windows: trends, aggregations: ['likes', 'shares'] }] },
  { view: history, taken: untimed },
]

/** How long videos are watched. */
const byLength = ({ watches, history }: About): Counted[] => [
  { view: watches, taken: [{ windows: rates, aggregations: [...watched, 'long_views'] }] },
  { view: history, taken: untimed },
]

const bySurface = ({ impressions, watches }: typeof feedViews.surface): Counted[] => [
  { view: impressions, taken: [{ windows: rates, aggregations: ['impressions'] }] },
  { view: watches, taken: [{ windows: rates, aggregations: [...watched, 'long_views'] }] },
]

const byPerson = ({ impressions, watches, reactions, history }: About): Counted[] => [
  { view: impressions, taken: [{ windows: long, aggregations: ['impressions'] }] },
  { view: watches, taken: [{ windows: long, aggregations: [...watched, 'long_views', 'finishes', 'skips', 'watch_ms'] }] },
  { view: reactions, taken: [{ windows: long, aggregations: ['likes', 'shares', 'comments', 'follows', 'negatives'] }] },
  { view: history, taken: [{ windows: ['all'], aggregations: ['untimed_plays', 'untimed_long_views', 'untimed_likes'] }] },
]

/** What is counted for the vectors of the feed, by whom it is counted of. */
export const countedOfTheFeed = {
  video: doing(feedViews.video),
  creator: doing(feedViews.creator),
  audio: doing(feedViews.audio),
  category: doing(feedViews.category),
  length: byLength(feedViews.length),
  person: byPerson(feedViews.person),
  personCategory: doing(feedViews.personCategory),
  personLength: byLength(feedViews.personLength),
  surface: bySurface(feedViews.surface),
  personSurface: bySurface(feedViews.personSurface),
} as const satisfies Record<string, readonly Counted[]>
