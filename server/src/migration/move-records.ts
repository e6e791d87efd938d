import { type Extent, type Place, type StoredRecord, topics } from '../ports/event-log.ts'
import { AppendOnce } from './append-once.ts'
import { type LogCount, LogSum } from './log-sum.ts'
import type { PeopleFold } from './people-fold.ts'
import { recorded } from './recorded.ts'
import type { Side } from './side.ts'

/** After so many records the new lake has all, the new log lets go of what the old one has not, and people are saved. */
const recordsARound = 250_000

export interface MoveParts {
  readonly from: Side
  readonly to: Side
  /** How far the old log goes, and how far the new one went before the first record. */
  readonly begun: { readonly from: readonly Extent[]; readonly to: readonly Extent[] }
  readonly fold: PeopleFold
  readonly savePeople: () => Promise<void>
  /** Brings the new log into the new lake. */
  readonly drain: (signal: AbortSignal) => Promise<void>
  /** Old places for which the new ones are wanted. */
  readonly wanted: ReadonlySet<string>
  readonly memoryMb: number
  readonly signal: AbortSignal
  readonly onMoved: (records: number) => void
}

export interface MovedRecords {
  readonly records: number
  /** What of them the old log still had, and the new one has. */
  readonly kept: readonly LogCount[]
  /** The new places of those that were wanted, by the old ones. */
  readonly places: Readonly<Record<string, Place>>
}

export const placeName = ({ offset, partition, topic }: Place): string => `${topic}/${partition}/${offset}`

/**
 * Moves all records of the old lake into the new log, in order, each once, and makes people of them. What the old log has
 * let go of is only in the new lake in the end. Begun again, it goes on where the new log ends.
 */
export async function moveRecords(parts: MoveParts): Promise<MovedRecords> {
  const { begun, fold, from, memoryMb, onMoved, signal, to, wanted } = parts
  const once = await AppendOnce.open(to.log, begun.to)
  const kept = new LogSum()
  const places: Record<string, Place> = {}
  let [moved, roundEnds] = [0, recordsARound]
  for (const topic of topics) {
    let gone = once.reached(topic)
    let appended = Promise.resolve()
    for await (const { isInLog, records } of recorded(from.lake, topic, begun.from, memoryMb, signal)) {
      const found = once.place(records)
      if (wanted.size > 0) for (const [at, record] of records.entries()) noteWanted(record, found[at]!)
      const made = records.map((record, at) => fold.take(record, found[at]!))
      await appended
      // While some are on their way, the next are read.
      appended = once.append(made, found)
      appended.catch(() => undefined)
      if (isInLog) kept.add(made)
      else gone = once.reached(topic)
      moved += records.length
      onMoved(moved)
      if (moved >= roundEnds) {
        roundEnds = moved + recordsARound
        await appended
        await endRound(gone)
      }
    }
    await appended
    await endRound(gone)
  }
  return { records: moved, kept: kept.counts(), places }

  async function endRound(gone: readonly Place[]): Promise<void> {
    await Promise.all([parts.savePeople(), parts.drain(signal)])
    for (const place of gone) {
      const first = begun.to.find(({ partition, topic }) => topic === place.topic && partition === place.partition)!.end
      if (place.offset > first) await to.log.retain(place)
    }
  }

  function noteWanted(record: StoredRecord, place: Place): void {
    const name = placeName(record)
    if (wanted.has(name)) places[name] = place
  }
}
