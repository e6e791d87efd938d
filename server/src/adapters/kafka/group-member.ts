import { setTimeout as sleep } from 'node:timers/promises'
import { Consumer } from '@platformatic/kafka'
import type { EventLog, Place, StoredRecord } from '../../ports/event-log.ts'
import type { Membership } from '../../ports/log-groups.ts'
import { is, within } from './kafka-errors.ts'
import { clientOptions, closed, type KafkaOptions, nameOf } from './kafka-options.ts'

// A member that is silent for so long has its partitions given to others; in a hand-over `apply` may take as long.
const sessionMs = 20_000
const heartbeatMs = 1_000
// A group waits so long for members that are at work before it goes on without them.
const rebalanceMs = 40_000
// Longer than that: who gives up joining too early leaves behind a member that the next attempt waits for.
const joinMs = 50_000
const commitRetryMs = 200

const noLongerMember = ['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS', 'FENCED_INSTANCE_ID']

/** One life of a member: from its joining the group until it leaves or loses touch with it. */
export class GroupMember {
  readonly #options: KafkaOptions
  readonly #log: Pick<EventLog, 'read'>
  readonly #membership: Membership
  readonly #consumer: Consumer
  /** Rejects when `apply` has failed, resolves when touch was lost. */
  readonly #ended = Promise.withResolvers<void>()
  #stopReading = new AbortController()
  #readers: Promise<unknown> = Promise.resolve()

  constructor(options: KafkaOptions, log: Pick<EventLog, 'read'>, membership: Membership) {
    this.#options = options
    this.#log = log
    this.#membership = membership
    this.#ended.promise.catch(() => undefined)
    this.#consumer = new Consumer({
      ...clientOptions(options),
      requestTimeout: joinMs,
      groupId: `${options.topicPrefix}${membership.group}`,
      // The client would join again by itself, and commit for partitions that have long been another's.
      retries: 0,
      sessionTimeout: sessionMs,
      heartbeatInterval: heartbeatMs,
      heartbeatStallTimeout: sessionMs,
      rebalanceTimeout: rebalanceMs,
      // Asked for before each joining: the partitions are let go of when what is in hand is done and committed.
      protocolsMetadata: () => this.#letGo().then(() => Buffer.alloc(0)),
    })
    this.#consumer.topics.trackAll(...membership.topics.map((topic) => nameOf(options, topic)))
    this.#consumer.on('consumer:group:join', () => void this.#take().catch(() => this.#ended.resolve()))
    this.#consumer.on('consumer:heartbeat:stalled', () => this.#ended.resolve())
    this.#consumer.on('error', () => this.#ended.resolve())
  }

  /** Resolves when the signal has aborted or touch was lost; rejects where it can't join, and when `apply` fails. */
  async run(signal: AbortSignal): Promise<void> {
    const onAbort = () => this.#ended.resolve()
    signal.addEventListener('abort', onAbort)
    try {
      // The first members of a group wait for no one; a later one for what the others have in hand.
      const joining = within(joinMs, `joining the group ${this.#consumer.groupId}`, this.#consumer.joinGroup())
      await Promise.race([joining, this.#ended.promise])
      await this.#ended.promise
    } finally {
      signal.removeEventListener('abort', onAbort)
      await this.#letGo()
      await closed(this.#consumer.close(true))
    }
  }

  /** Reads the partitions that it was given. */
  async #take(): Promise<void> {
    const { requestTimeoutMs } = this.#options
    const assigned = this.#consumer.assignments ?? []
    const stop = new AbortController()
    this.#stopReading = stop
    if (assigned.length === 0) return
    const asking = this.#consumer.listCommittedOffsets({ topics: assigned })
    const committed = await within(requestTimeoutMs, 'asking for committed positions', asking)
    if (stop.signal.aborted) return
    const places = assigned.flatMap(({ topic: name, partitions }) => {
      const topic = this.#membership.topics.find((each) => nameOf(this.#options, each) === name)!
      return partitions.map(
        (partition): Place => ({ topic, partition, offset: Math.max(0, Number(committed.get(name)?.[partition] ?? -1)) }),
      )
    })
    this.#readers = Promise.all(places.map((place) => this.#follow(place, stop.signal))).catch((error) => this.#ended.reject(error))
  }

  async #letGo(): Promise<void> {
    this.#stopReading.abort()
    await this.#readers
  }

  async #follow(from: Place, stop: AbortSignal): Promise<void> {
    for await (const records of this.#log.read(from, stop)) {
      if (stop.aborted) return
      await this.#membership.apply(records)
      if (!(await this.#commit(records.at(-1)!))) return
    }
  }

  /** Whether the partition is still its own. Work that is done is committed also while it is told to stop. */
  async #commit({ topic, partition, offset }: StoredRecord): Promise<boolean> {
    const position = { topic: nameOf(this.#options, topic), partition, offset: BigInt(offset + 1), leaderEpoch: -1 }
    for (const limit = AbortSignal.timeout(sessionMs); ; await sleep(commitRetryMs)) {
      try {
        await within(this.#options.requestTimeoutMs, 'committing a position', this.#consumer.commit({ offsets: [position] }))
        return true
      } catch (error) {
        if (limit.aborted || is(error, noLongerMember)) return false
      }
    }
  }
}
