import { defineView, type Entity, type View } from '../language/view.ts'
import type { commonColumns } from '../streams/event-stream.ts'
import { history } from '../streams/history.ts'
import { impressions } from '../streams/impressions.ts'
import { reactions } from '../streams/reactions.ts'
import { watches } from '../streams/watches.ts'
import { ofHistory, ofImpressions, ofReactions, ofWatches } from './aggregations.ts'
import { audio, category, creator, length, person, personCategory, personLength, personSurface, surface, video } from './entities.ts'

const windows = ['10m', '1h', '24h', '7d', 'all'] as const

type OfAnyStream = Entity<(typeof commonColumns)[number]>

/** What was shown and watched of one kind of entity. */
const shownAndWatched = (name: string, entity: OfAnyStream) => ({
  impressions: defineView({ name: `${name}_impressions`, version: 1, entity, from: impressions, aggregations: ofImpressions, windows }),
  watches: defineView({ name: `${name}_watches`, version: 1, entity, from: watches, aggregations: ofWatches, windows }),
})

/** All there is. */
const about = (name: string, entity: OfAnyStream) => ({
  ...shownAndWatched(name, entity),
  reactions: defineView({ name: `${name}_reactions`, version: 1, entity, from: reactions, aggregations: ofReactions, windows }),
  history: defineView({ name: `${name}_history`, version: 1, entity, from: history, aggregations: ofHistory, windows: ['all'] }),
})

/** What the feed counts, by what it is counted for and the stream that it is counted from. */
export const feedViews = {
  video: about('video', video),
  creator: about('creator', creator),
  audio: about('audio', audio),
  category: about('category', category),
  person: about('person', person),
  personCategory: about('person_category', personCategory),
  personLength: about('person_length', personLength),
  length: about('length', length),
  surface: shownAndWatched('surface', surface),
  personSurface: shownAndWatched('person_surface', personSurface),
}

export const allFeedViews: readonly View[] = Object.values(feedViews).flatMap((views) => Object.values<View>(views))
