import { encoded } from '../../server/src/encoded.ts'
import { EventRecord, SlateRecord, VideoRecord } from '../../server/src/generated/vireo/record/v1/records.ts'
import type { EventLog, NewRecord } from '../../server/src/ports/event-log.ts'
import { tileLoad } from '../tiles/tile-load.ts'
import { syntheticVideo } from './synthetic.ts'

const recordsACall = 1_000
const callsInFlight = 8
/** What was watched before on the same page counts together with what is watched next. */
const pairedWith = 3

export interface History {
  readonly videos: number
  /** As `TileLoad` counts them. */
  readonly records: number
  readonly people: number
  readonly startMs: number
  readonly spanMs: number
}

/** Writes into a log what a server of some days has behind it: a catalogue, pages, and what was done with them. Resolves with the number of records. */
export async function writeHistory(log: Pick<EventLog, 'append'>, history: History): Promise<number> {
  const records = historyOf(history)
  let written = 0
  const write = async () => {
    for (let batch = next(records); batch.length > 0; batch = next(records)) {
      await log.append(batch)
      written += batch.length
    }
  }
  await Promise.all(Array.from({ length: callsInFlight }, write))
  return written
}

function next(records: Iterator<NewRecord>): NewRecord[] {
  const batch: NewRecord[] = []
  while (batch.length < recordsACall) {
    const { done, value } = records.next()
    if (done) break
    batch.push(value)
  }
  return batch
}

function* historyOf(history: History): Generator<NewRecord> {
  const { startMs, videos } = history
  for (let n = 0; n < videos; n++) {
    const video = syntheticVideo(n, videos, Math.floor(startMs / 1_000))
    yield { topic: 'catalog', key: video.videoId, timeMs: startMs, value: encoded(VideoRecord, { video, timeMs: startMs }) }
  }
  let watched: string[] = []
  for (const record of tileLoad(history)) {
    const { person, timeMs } = record
    if ('items' in record) {
      watched = []
      yield { topic: 'served', key: person, timeMs, value: encoded(SlateRecord, record) }
      continue
    }
    const neighbours = watched.slice(-pairedWith)
    watched.push(record.videoId)
    yield { topic: 'events', key: person, timeMs, value: encoded(EventRecord, { ...record, acceptedMs: timeMs, neighbours }) }
  }
}
