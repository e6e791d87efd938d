import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EventLog, Extent } from '../ports/event-log.ts'
import type { Lake } from '../ports/lake.ts'
import type { Leases } from '../ports/leases.ts'
import type { LogRetention } from './log-retention.ts'
import type { Lag, LakeSink } from './sink.ts'

export interface LakeKeepingParts {
  /** A sink, and what lets the log go of what it has committed; neither has begun. */
  readonly begin: () => { readonly sink: LakeSink; readonly retention: LogRetention }
  /** Undefined where nobody else writes this lake. */
  readonly leases: Leases | undefined
  readonly log: Pick<EventLog, 'extents'>
  readonly openLake: () => Promise<Lake>
}

const askEveryMs = 1_000
const noLag: Lag = { records: 0, seconds: 0, isFailing: false }

/** Brings the log into the lake while no other server does. That none does so twice is for the lake's fence to see to. */
export class LakeKeeping {
  readonly #parts: LakeKeepingParts
  readonly #stop = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #sink: LakeSink | undefined

  constructor(parts: LakeKeepingParts) {
    this.#parts = parts
  }

  /** Whether it is this server that writes. */
  get isWriting(): boolean {
    return this.#sink !== undefined
  }

  start(): void {
    const { leases } = this.#parts
    const write = (signal: AbortSignal) => this.#write(signal)
    this.#running = leases === undefined ? write(this.#stop.signal) : leases.whileHeld('lake', write, this.#stop.signal)
  }

  /** None where another server writes: it knows. */
  async lag(): Promise<Lag> {
    return this.#sink?.lag() ?? noLag
  }

  /** Waits until the lake has all that the log holds now; where another server writes, until that one commits by itself. */
  async drain(signal: AbortSignal): Promise<void> {
    if (this.#sink !== undefined) return this.#sink.drain(signal)
    const extents = await this.#parts.log.extents()
    const lake = await this.#parts.openLake()
    try {
      while (!(await hasAll(lake, extents))) await sleep(askEveryMs, undefined, { signal })
    } finally {
      await lake.close()
    }
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async #write(signal: AbortSignal): Promise<void> {
    const { sink, retention } = this.#parts.begin()
    this.#sink = sink
    sink.start()
    retention.start()
    if (!signal.aborted) await once(signal, 'abort')
    this.#sink = undefined
    await sink.close()
    await retention.close()
  }
}

async function hasAll(lake: Lake, extents: readonly Extent[]): Promise<boolean> {
  const { reached } = await lake.manifest()
  return extents.every(({ topic, partition, first, end }) => {
    const place = reached.find((each) => each.topic === topic && each.partition === partition)
    return first === end || (place?.end ?? 0) >= end
  })
}
