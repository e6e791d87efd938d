import { ControlRecord } from '../generated/vireo/record/v1/records.ts'
import type { VideoChange } from '../generated/vireo/v1/console_video.ts'
import type { EventLog } from '../ports/event-log.ts'
import { momentAt } from './timestamps.ts'

const mostChanges = 50

/** A video's changes of state, newest first, from the log: it keeps all of `control`. */
export async function changesOf(videoId: string, log: Pick<EventLog, 'extents' | 'read'>, signal: AbortSignal): Promise<VideoChange[]> {
  const changes: VideoChange[] = []
  for (const { topic, partition, first, end } of await log.extents()) {
    if (topic !== 'control' || first >= end) continue
    const done = new AbortController()
    for await (const records of log.read({ topic, partition, offset: first }, AbortSignal.any([signal, done.signal]))) {
      for (const { key, offset, value } of records) {
        if (key !== videoId || offset >= end) continue
        const { change, timeMs } = ControlRecord.decode(value)
        if (change?.$case !== 'stateChange') continue
        const { by, reason, state } = change.value
        changes.push({ time: momentAt(timeMs), state, reason, by })
      }
      if (records.at(-1)!.offset + 1 >= end) break
    }
    done.abort()
    signal.throwIfAborted()
  }
  return changes.toReversed().slice(0, mostChanges)
}
