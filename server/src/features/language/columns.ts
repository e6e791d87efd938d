/** What a value is. With a `?` it may be unknown. */
export type Sure = 'integer' | 'text' | 'texts' | 'boolean'
export type Kind = Sure | `${Sure}?`

/** Every column that a stream may have: a name means the same in all of them, and in the tables of the lake. */
export const columns = {
  person: 'text',
  /** In ms since 1970. */
  time_ms: 'integer',
  /** Tells rows of the same time apart, in an order that every engine agrees on: by its UTF-8 bytes. */
  row_id: 'text',
  /** Of an event: 'watch', 'like', … */
  type: 'text',
  video_id: 'text?',
  creator_id: 'text?',
  audio_id: 'text?',
  categories: 'texts',
  length_ms: 'integer?',
  watch_ms: 'integer?',
  /** Whether the log that it was imported from called it a long view. */
  source_long_view: 'boolean?',
  surface: 'text?',
} as const satisfies Record<string, Kind>

export type ColumnName = keyof typeof columns
export type KindOf<Name extends ColumnName> = (typeof columns)[Name]

/** A value as expressions see it; undefined is unknown. */
export type Value = number | string | boolean | readonly string[] | undefined
