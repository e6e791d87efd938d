import { kuaiRandHistory, stagedHistory } from './kuairand-history.ts'
import { kuaiRandLog, stagedLog } from './kuairand-log.ts'
import { kuaiRandVideos, stagedVideos, unlistedVideos } from './kuairand-videos.ts'
import type { Format } from './row-stream.ts'
import { createTable, stageFile } from './stage-file.ts'
import { makeFacts } from './video-facts.ts'

/** The files of KuaiRand (Gao et al., CIKM 2022), as they are published, and the history of data/kuairand-pure. */
export const kuaiRandFormat: Format = {
  name: 'kuairand',
  parts: [
    { part: 'videos', names: /^video_features_basic.*\.csv(\.gz)?$/ },
    { part: 'history', names: /^history_.*\.csv(\.gz)?$/ },
    { part: 'events', names: /^log_.*\.csv(\.gz)?$/ },
  ],
  required: ['videos', 'events'],
  lookedFor: 'log_*.csv[.gz] with video_features_basic*.csv[.gz]',

  async stage(database, files, pending, refused, until) {
    const staging = { videos: stagedVideos(until), history: stagedHistory, events: stagedLog(until) }
    for (const table of Object.values(staging)) await createTable(database, table)
    for (const file of files) await stageFile(database, file, staging[file.part], pending.has(file) ? refused : undefined)
    await makeFacts(database)
    await database.run(`CREATE VIEW mentions AS
      SELECT file, video_id FROM history WHERE refused IS NULL UNION ALL SELECT file, video_id FROM log WHERE refused IS NULL`)
  },

  // What was liked or shared counts a millisecond after it was watched.
  timesSql: 'SELECT min(time_ms), max(time_ms) + 1 FROM log WHERE refused IS NULL',

  async streams(database, group, shift) {
    if (group.part === 'videos') return [await kuaiRandVideos(database, group, shift)]
    const rows = group.part === 'history' ? kuaiRandHistory : kuaiRandLog
    return [await unlistedVideos(database, group, shift), await rows(database, group, shift)]
  },
}
