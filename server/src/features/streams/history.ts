import { commonColumns, eventStream } from './event-stream.ts'

/** Imported watches and likes without times of their own: they have a place in the order of things, and none in any window. */
export const history = eventStream({
  name: 'history',
  meaning: 'an imported play or like without a time of its own',
  types: ['watch', 'like'],
  untimed: true,
  columns: [...commonColumns, 'type', 'watch_ms', 'source_long_view'],
  windows: ['all'],
})
