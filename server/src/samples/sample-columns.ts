import { longViewMs, skipMs, skipShare } from '../people/outcomes.ts'

export interface SampleColumn {
  readonly name: string
  /** As DuckDB names it. */
  readonly type: string
  /** What became of the sample: never an input of a model. */
  readonly isLabel?: true
  /** What is known of a request, which models may read like a feature. */
  readonly isOfRequest?: true
  readonly meaning: string
}

const s = (ms: number) => `${ms / 1_000} s`

/** The columns of the table `samples`, in order. */
export const sampleColumns: readonly SampleColumn[] = [
  { name: 'sample_id', type: 'VARCHAR', meaning: 'slate and place in it' },
  { name: 'slate_id', type: 'VARCHAR', meaning: 'the page' },
  { name: 'item_index', type: 'INTEGER', meaning: 'place in the list of the page, from 0' },
  { name: 'person', type: 'VARCHAR', meaning: 'who was shown it' },
  { name: 'video_id', type: 'VARCHAR', meaning: 'the video' },
  { name: 'creator_id', type: 'VARCHAR', meaning: 'its creator' },
  { name: 'audio_id', type: 'VARCHAR', meaning: 'its audio' },
  { name: 'categories', type: 'VARCHAR[]', meaning: 'its categories' },
  { name: 'length_ms', type: 'INTEGER', meaning: 'its length in ms; NULL if unknown' },
  { name: 'time_ms', type: 'BIGINT', meaning: 'when the page was served, in ms since 1970 (UTC)' },
  { name: 'position', type: 'INTEGER', meaning: 'position on the screen from 0; NULL if unknown, as of imports' },
  { name: 'page_number', type: 'INTEGER', meaning: 'number of the page in its session' },
  { name: 'surface', type: 'VARCHAR', isOfRequest: true, meaning: 'where in the app' },
  { name: 'device', type: 'VARCHAR', isOfRequest: true, meaning: 'kind of device' },
  { name: 'network_kbps', type: 'INTEGER', isOfRequest: true, meaning: 'speed of the network, in kbit/s' },
  { name: 'language', type: 'VARCHAR', isOfRequest: true, meaning: 'language of the request' },
  { name: 'country', type: 'VARCHAR', isOfRequest: true, meaning: 'country of the request' },
  { name: 'time_zone', type: 'VARCHAR', meaning: 'time zone of the request' },
  { name: 'hour_of_day', type: 'INTEGER', isOfRequest: true, meaning: '0 to 23, in the time zone, or UTC where it is unknown' },
  { name: 'weekday', type: 'INTEGER', isOfRequest: true, meaning: '1 (Monday) to 7, in the time zone, or UTC where it is unknown' },
  { name: 'source', type: 'VARCHAR', meaning: 'the source that brought it' },
  { name: 'found_by', type: 'VARCHAR[]', meaning: 'all sources that found it' },
  { name: 'score', type: 'FLOAT', meaning: 'the score it was ordered by' },
  { name: 'propensity', type: 'DOUBLE', meaning: 'the chance with which exploration placed it; 0 where the ranking did' },
  { name: 'arm', type: 'VARCHAR', meaning: 'arm of the experiment' },
  { name: 'policy', type: 'VARCHAR', meaning: "version of the feed's code and weights" },
  { name: 'imported', type: 'BOOLEAN', meaning: 'from the log of another system' },
  {
    name: 'watch_ms',
    type: 'INTEGER',
    isLabel: true,
    meaning: 'the longest play in ms; 0 if it was not played; NULL if its time is unknown',
  },
  { name: 'finish', type: 'BOOLEAN', isLabel: true, meaning: 'played to the end; NULL if the length is unknown' },
  {
    name: 'long_view',
    type: 'BOOLEAN',
    isLabel: true,
    meaning: `played to the end or for ${s(longViewMs)}; NULL if the length is unknown`,
  },
  {
    name: 'skipped',
    type: 'BOOLEAN',
    isLabel: true,
    meaning: `left within ${s(skipMs)} and ${100 * skipShare} % of the length; NULL if no play was reported`,
  },
  {
    name: 'clicked',
    type: 'BOOLEAN',
    isLabel: true,
    meaning: 'opened, by the word of the log it was imported from; NULL if that does not tell',
  },
  { name: 'liked', type: 'BOOLEAN', isLabel: true, meaning: 'liked, and not taken back' },
  { name: 'shared', type: 'BOOLEAN', isLabel: true, meaning: 'shared' },
  { name: 'commented', type: 'BOOLEAN', isLabel: true, meaning: 'commented on' },
  { name: 'followed', type: 'BOOLEAN', isLabel: true, meaning: 'its creator was followed from here' },
  { name: 'not_interested', type: 'BOOLEAN', isLabel: true, meaning: 'marked as not interesting' },
  { name: 'is_final', type: 'BOOLEAN', meaning: 'the session has ended or the horizon has passed; a late event may still correct it' },
  { name: 'joined_at_ms', type: 'BIGINT', meaning: 'when the labels were joined, in ms since 1970' },
  { name: 'joined_version', type: 'BIGINT', meaning: 'the version of the lake that they were joined from' },
]
