import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Entry } from '../state/ledger.ts'
import type { ImportDatabase } from './database.ts'
import type { ImportState } from './import-target.ts'
import { progressRecord } from './records.ts'
import type { Group, RowStream } from './row-stream.ts'

const recordsPerBatch = 2_000
// A millisecond or two of the main thread, which may be serving feeds.
const rowsPerTurn = 256

/** What is left of a group. */
export interface GroupWork {
  readonly group: Group
  readonly streams: readonly RowStream[]
  /** By an earlier run. */
  readonly rowsDone: number
}

/** Records that are written together, with how far they bring the import. */
export interface Batch {
  readonly phase: ImportState['phase']
  /** Rows of the group that are done once it is written. */
  readonly rows: number
  readonly records: readonly Entry[]
}

/** The records of one group, in order, from where an earlier run stopped; the last batch says that the group is finished. */
export async function* batchesOf(database: ImportDatabase, work: GroupWork, shiftMs: number, nowMs: number): AsyncGenerator<Batch> {
  const { group, streams } = work
  let rowsDone = work.rowsDone
  let rows = 0
  let records: Entry[] = []
  const progress = (importId: string, part: string, finished: boolean) =>
    progressRecord({ importId, part, rowsDone, shiftMs, finished }, nowMs)
  const batch = (finished: boolean): Batch => {
    // The files say with which group they were begun, and that they are done.
    if (finished || rowsDone === rows) records.push(...group.files.map((file) => progress(file.id, group.id, finished)))
    return { phase: group.part, rows, records: [...records, progress(group.id, group.part, finished)] }
  }

  let skip = rowsDone
  for (const stream of streams) {
    const skipped = Math.min(skip, stream.rows)
    skip -= skipped
    if (skipped === stream.rows) continue
    for await (const { columns, rows: inChunk } of database.columns(`${stream.sql} OFFSET ${skipped}`)) {
      for (let from = 0; from < inChunk; from += rowsPerTurn) {
        const to = Math.min(from + rowsPerTurn, inChunk)
        stream.addRecords(columns, from, to, records)
        rowsDone += to - from
        rows += to - from
        await nextTurn()
        if (records.length < recordsPerBatch) continue
        yield batch(false)
        records = []
        rows = 0
      }
    }
  }
  yield batch(true)
}
