import { BIGINT, BOOLEAN, VARCHAR } from '@duckdb/node-api'
import type { ControlRecord } from '../generated/vireo/record/v1/records.ts'
import type { RowCodec } from './row-codec.ts'
import { stateName } from './video-rows.ts'

/** A row a change. */
export const controlRows: RowCodec<ControlRecord> = {
  columns: [
    { name: 'time_ms', type: BIGINT },
    { name: 'change', type: VARCHAR },
    { name: 'video_id', type: VARCHAR },
    { name: 'state', type: VARCHAR },
    { name: 'reason', type: VARCHAR },
    { name: 'import_id', type: VARCHAR },
    { name: 'part', type: VARCHAR },
    { name: 'rows_done', type: BIGINT },
    { name: 'shift_ms', type: BIGINT },
    { name: 'finished', type: BOOLEAN },
    { name: 'changed_by', type: VARCHAR },
  ],
  rowsOf({ timeMs, change }) {
    if (change?.$case === 'stateChange') {
      const { by, videoId, state, reason } = change.value
      return [[timeMs, 'state', videoId || null, stateName(state), reason || null, null, null, null, null, null, by || null]]
    }
    if (change?.$case === 'importProgress') {
      const { importId, part, rowsDone, shiftMs, finished } = change.value
      return [[timeMs, 'import', null, null, null, importId || null, part || null, rowsDone, shiftMs, finished, null]]
    }
    if (change?.$case === 'letterReplay')
      return [[timeMs, 'replay', null, null, null, null, null, null, null, null, change.value.by || null]]
    return [[timeMs, null, null, null, null, null, null, null, null, null, null]]
  },
}
