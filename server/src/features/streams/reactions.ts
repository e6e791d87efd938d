import { commonColumns, eventStream } from './event-stream.ts'
import { anyWindow } from './stream.ts'

/** What people said about a video other than by watching it. */
export const reactions = eventStream({
  name: 'reactions',
  meaning: 'a like, unlike, share, comment, follow, dislike, not interested, or report',
  types: ['like', 'unlike', 'share', 'comment', 'follow', 'dislike', 'not_interested', 'report'],
  untimed: false,
  columns: [...commonColumns, 'type'],
  windows: anyWindow,
})
