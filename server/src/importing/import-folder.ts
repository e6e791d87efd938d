import { dayMs } from '../clock.ts'
import { type Batch, batchesOf, type GroupWork } from './batches.ts'
import { ImportDatabase } from './database.ts'
import { groupsLeft, recognise, recordedShift } from './import-plan.ts'
import type { ImportOptions, ImportState, ImportTarget } from './import-target.ts'
import { RefusedRows } from './refused-rows.ts'
import type { Format, Shift } from './row-stream.ts'

const weekMs = 7 * dayMs

/**
 * Imports a folder by replaying it: videos, then what has no times of its own, then the rest in the order of time. An
 * import that was stopped goes on where it was; one that was finished does nothing. See docs/importing.md.
 */
export async function* importFolder(folder: string, options: ImportOptions, target: ImportTarget): AsyncGenerator<ImportState> {
  const { signal, until } = options
  const refused = new RefusedRows()
  let state: ImportState = {
    phase: 'reading',
    rowsDone: 0,
    rowsTotal: 0,
    refused: {},
    examples: [],
    unlistedVideos: 0,
    written: { videos: 0, pages: 0, events: 0 },
    shiftMs: 0,
    finished: false,
  }
  yield state

  const { format, files } = await recognise(folder, until, signal)
  const progress = target.progress()
  const recordedMs = recordedShift(files, progress)
  const groups = groupsLeft(format, files, progress)
  if (groups.length === 0) {
    yield { ...state, phase: 'already_imported', shiftMs: recordedMs ?? 0, finished: true }
    return
  }

  const database = await ImportDatabase.open(signal)
  let writing: Promise<void> = Promise.resolve()
  try {
    await format.stage(database, files, new Set(groups.flatMap((group) => group.files)), refused, until)
    const shift = await shiftOf(database, format, options, target.clock.now(), recordedMs)
    const works: GroupWork[] = []
    for (const group of groups) {
      works.push({ group, streams: await format.streams(database, group, shift), rowsDone: progress.get(group.id)?.rowsDone ?? 0 })
    }
    const streams = works.flatMap((work) => work.streams)
    state = {
      ...state,
      rowsDone: sum(works.map((work) => work.rowsDone)),
      rowsTotal: sum(streams.map((stream) => stream.rows)),
      refused: refused.counts,
      examples: refused.examples,
      unlistedVideos: sum(streams.map((stream) => (stream.unlistedVideos ? stream.rows : 0))),
      shiftMs: shift.ms,
    }
    for (const work of works) {
      // While one batch is written the next is made.
      let underway: Batch | undefined
      for await (const batch of batchesOf(database, work, shift.ms, target.clock.now())) {
        await writing
        if (underway !== undefined) {
          state = after(state, underway)
          yield state
        }
        signal.throwIfAborted()
        writing = target.write(batch.records, signal)
        // A failure is met where it is awaited.
        writing.catch(() => {})
        underway = batch
      }
      await writing
      state = after(state, underway!)
      yield state
    }
    yield { ...state, phase: 'finished', finished: true }
  } finally {
    await Promise.allSettled([writing])
    await database.close()
  }
}

async function shiftOf(
  database: ImportDatabase,
  format: Format,
  { shiftToNow, until }: ImportOptions,
  nowMs: number,
  recordedMs: number | undefined,
): Promise<Shift> {
  const [first, last] = (await database.rows(format.timesSql))[0]!
  const firstMs = first === null ? (until ?? nowMs) : Number(first)
  const lastMs = last === null ? firstMs : Number(last)
  const ms = recordedMs ?? (shiftToNow ? Math.floor((nowMs - lastMs) / weekMs) * weekMs : 0)
  return { ms, firstMs }
}

function after(state: ImportState, { phase, rows, records }: Batch): ImportState {
  const written = { ...state.written }
  for (const { topic } of records) {
    if (topic === 'catalog') written.videos++
    else if (topic === 'served') written.pages++
    else if (topic === 'events') written.events++
  }
  return { ...state, phase, rowsDone: state.rowsDone + rows, written }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
