import { setTimeout as sleep } from 'node:timers/promises'
import { VireoError } from '../../errors.ts'
import type { EventLog } from '../../ports/event-log.ts'
import type { LogGroups, Membership } from '../../ports/log-groups.ts'
import { GroupMember } from './group-member.ts'
import type { KafkaOptions } from './kafka-options.ts'

const rejoinMs = 500

/** Groups of readers of a log on Kafka, which keeps their positions. */
export class KafkaGroups implements LogGroups {
  readonly #options: KafkaOptions
  readonly #log: Pick<EventLog, 'read'>

  /** `log`: that of the same options. */
  constructor(options: KafkaOptions, log: Pick<EventLog, 'read'>) {
    this.#options = options
    this.#log = log
  }

  async join(membership: Membership, signal: AbortSignal): Promise<void> {
    let failure: { readonly of: unknown } | undefined
    const apply: Membership['apply'] = (records) =>
      membership.apply(records).catch((error) => {
        failure ??= { of: error }
        throw error
      })
    while (!signal.aborted) {
      try {
        await new GroupMember(this.#options, this.#log, { ...membership, apply }).run(signal)
      } catch (error) {
        if (failure !== undefined) throw failure.of
        if (!(error instanceof VireoError && error.retryable)) throw error
      }
      await sleep(rejoinMs, undefined, { signal }).catch(() => undefined)
    }
  }
}
