import { ownEvents, stagedEvents } from './own-events.ts'
import { ownVideos, stagedVideos } from './own-videos.ts'
import type { Format } from './row-stream.ts'
import { createTable, stageFile } from './stage-file.ts'
import { makeFacts } from './video-facts.ts'

/** Videos and events with the contract's own field names. */
export const ownFormat: Format = {
  name: 'own',
  parts: [
    { part: 'videos', names: /^videos\.((jsonl|csv)(\.gz)?|parquet)$/ },
    { part: 'events', names: /^events.*\.((jsonl|csv)(\.gz)?|parquet)$/ },
  ],
  required: [],
  lookedFor: 'videos.{jsonl,csv}[.gz], videos.parquet, events*.{jsonl,csv}[.gz] or events*.parquet',

  async stage(database, files, pending, refused, until) {
    const staging = { videos: stagedVideos(until), events: stagedEvents(until) }
    for (const table of Object.values(staging)) await createTable(database, table)
    for (const file of files) {
      await stageFile(database, file, staging[file.part === 'videos' ? 'videos' : 'events'], pending.has(file) ? refused : undefined)
    }
    await makeFacts(database)
  },

  timesSql: 'SELECT min(time_ms), max(time_ms) FROM events WHERE refused IS NULL',

  async streams(database, group, shift) {
    return [await (group.part === 'videos' ? ownVideos : ownEvents)(database, group, shift)]
  },
}
