import { minuteMs } from '../clock.ts'
import { compactedTopics, type Place } from '../ports/event-log.ts'
import type { Reached, Trouble } from '../ports/lake.ts'

/** A server's clock that is set back by less than this, in ms, is no trouble: clocks are corrected all the time. */
const clockToleranceMs = 10 * minuteMs

type Progress = { -readonly [Key in keyof Reached]: Reached[Key] }

/** How far each partition of the log has been read, and what was wrong with it. */
export class LogProgress {
  readonly #partitions = new Map<string, Progress>()
  #troubles: Trouble[] = []

  constructor(reached: readonly Reached[]) {
    for (const each of reached) this.#partitions.set(`${each.topic}/${each.partition}`, { ...each })
  }

  /** Whether a record is one that was not read yet; then it counts as read. */
  admit({ topic, partition, offset }: Place): boolean {
    const progress = this.#of(topic, partition, offset)
    if (offset < progress.end) return false
    if (offset > progress.end && !compactedTopics.has(topic)) {
      this.#troubles.push({ kind: 'hole', topic, partition, first: progress.end, end: offset })
    }
    progress.end = offset + 1
    return true
  }

  unreadable({ topic, partition, offset }: Place): void {
    this.#troubles.push({ kind: 'unreadable', topic, partition, offset })
  }

  accepted({ topic, partition, offset }: Place, acceptedMs: number): void {
    const progress = this.#of(topic, partition, offset)
    if (acceptedMs < progress.latestMs - clockToleranceMs) {
      this.#troubles.push({ kind: 'clock', topic, partition, offset, fromMs: progress.latestMs, toMs: acceptedMs })
      // From here on the clock goes on from its new time: it has jumped once.
      progress.latestMs = acceptedMs
    }
    progress.latestMs = Math.max(progress.latestMs, acceptedMs)
  }

  duplicates(topic: Reached['topic'], partition: number, count: number): void {
    this.#of(topic, partition, 0).duplicates += count
  }

  reached(): Reached[] {
    return [...this.#partitions.values()].map((each) => ({ ...each }))
  }

  /** What was found wrong since it was asked last. */
  takeTroubles(): Trouble[] {
    const troubles = this.#troubles
    this.#troubles = []
    return troubles
  }

  #of(topic: Reached['topic'], partition: number, first: number): Progress {
    const key = `${topic}/${partition}`
    let progress = this.#partitions.get(key)
    if (progress === undefined) {
      progress = { topic, partition, first, end: first, duplicates: 0, latestMs: 0 }
      this.#partitions.set(key, progress)
    }
    return progress
  }
}
