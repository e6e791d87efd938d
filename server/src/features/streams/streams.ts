import { history } from './history.ts'
import { impressions } from './impressions.ts'
import { reactions } from './reactions.ts'
import type { Stream } from './stream.ts'
import { watches } from './watches.ts'

/** What views can be of. */
export const streams: readonly Stream[] = [impressions, watches, reactions, history]
