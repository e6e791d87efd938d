import { commonColumns, eventStream } from './event-stream.ts'
import { anyWindow } from './stream.ts'

/** Plays that ended, each once. */
export const watches = eventStream({
  name: 'watches',
  meaning: 'a play that ended',
  types: ['watch'],
  untimed: false,
  columns: [...commonColumns, 'watch_ms', 'source_long_view'],
  windows: anyWindow,
})
