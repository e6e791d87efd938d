import { VireoError } from '../errors.ts'
import { hash64 } from '../hash.ts'
import type { EventLog, Extent, NewRecord, Place, Topic } from '../ports/event-log.ts'

/** What one call appends at most: as little as Kafka takes in one batch, so that of a failed call nothing follows. */
const mostRecords = 500
const mostBytes = 2 ** 19
const recordBytes = 40
const mostSpanMs = 2 ** 31

interface Lane {
  /** The offset of the next record. */
  next: number
  /** What is there already. */
  readonly end: number
}

/**
 * Writes one sequence of records into a log of which nobody else makes use, each once, though it be begun again after a
 * crash: as a partition holds the beginning of what was sent to it, its end tells what is missing.
 */
export class AppendOnce {
  readonly #log: EventLog
  readonly #partitions: number
  readonly #lanes = new Map<string, Lane>()

  private constructor(log: EventLog, partitions: number) {
    this.#log = log
    this.#partitions = partitions
  }

  /** `begun` is how far the log went when the first record was written. */
  static async open(log: EventLog, begun: readonly Extent[]): Promise<AppendOnce> {
    const once = new AppendOnce(log, Math.max(...begun.map(({ partition }) => partition)) + 1)
    const ends = new Map((await log.extents()).map((extent) => [nameOf(extent), extent.end]))
    for (const extent of begun) once.#lanes.set(nameOf(extent), { next: extent.end, end: ends.get(nameOf(extent))! })
    return once
  }

  /** Where the records will lie that come next. */
  place(records: readonly NewRecord[]): Place[] {
    return records.map(({ key, topic }) => {
      const partition = this.#partitions === 1 ? 0 : hash64(key).low % this.#partitions
      return { topic, partition, offset: this.#lanes.get(nameOf({ topic, partition }))!.next++ }
    })
  }

  /** How far what was placed of a topic goes. */
  reached(topic: Topic): Place[] {
    const partitions = Array.from({ length: this.#partitions }, (_, partition) => ({ topic, partition }))
    return partitions.map((each) => ({ ...each, offset: this.#lanes.get(nameOf(each))!.next }))
  }

  /** Appends what is not there yet. After a failure only another one can go on. Rejects with `MIGRATION_TARGET_CHANGED`. */
  async append(records: readonly NewRecord[], places: readonly Place[]): Promise<void> {
    const lanes = Map.groupBy(places.keys(), (at) => nameOf(places[at]!))
    const appended = await Promise.allSettled(
      Array.from(lanes, async ([name, members]) => {
        const { end } = this.#lanes.get(name)!
        const last = members.find((at) => places[at]!.offset === end - 1)
        if (last !== undefined) await this.#expect(records[last]!, places[last]!)
        const missing = members.filter((at) => places[at]!.offset >= end)
        for (const chunk of chunks(missing.map((at) => records[at]!))) {
          const [first] = await this.#log.append(chunk.records)
          if (first!.offset !== places[missing[chunk.from]!]!.offset) throw changed(name)
        }
      }),
    )
    // Not before all have ended: who begins again looks how far the log goes.
    for (const each of appended) if (each.status === 'rejected') throw each.reason
  }

  async #expect({ key, timeMs, value }: NewRecord, place: Place): Promise<void> {
    const found = await this.#log.get(place)
    // The log may have let go of it: it is in the lake.
    if (found === undefined) return
    if (found.key !== key || found.timeMs !== timeMs || !Buffer.from(found.value).equals(value)) throw changed(nameOf(place))
  }
}

function* chunks(records: readonly NewRecord[]): Generator<{ readonly from: number; readonly records: readonly NewRecord[] }> {
  for (let from = 0; from < records.length; ) {
    const { timeMs } = records[from]!
    let bytes = 0
    let end = from
    for (; end < records.length && end - from < mostRecords; end++) {
      const record = records[end]!
      bytes += recordBytes + record.key.length + record.value.byteLength
      if (end > from && (bytes > mostBytes || Math.abs(record.timeMs - timeMs) >= mostSpanMs)) break
    }
    yield { from, records: records.slice(from, end) }
    from = end
  }
}

const nameOf = ({ partition, topic }: Pick<Place, 'partition' | 'topic'>) => `${topic}/${partition}`

function changed(lane: string): VireoError {
  const message = `${lane} of the new log holds other records than those that were moved`
  return new VireoError({ code: 'MIGRATION_TARGET_CHANGED', message, fault: 'client', retryable: false })
}
