import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from './clock.ts'
import { momentAt } from './console/timestamps.ts'
import { encoded } from './encoded.ts'
import { Unavailable, VireoError } from './errors.ts'
import { ControlRecord } from './generated/vireo/record/v1/records.ts'
import type { LetterPlace, DeadLetter as ToldLetter } from './generated/vireo/v1/admin.ts'
import type { Place, Topic } from './ports/event-log.ts'
import type { Services } from './services.ts'
import { type DeadLetter, type DeadLetters, recordOf } from './state/dead-letters.ts'
import type { Ledger } from './state/ledger.ts'
import type { LiveState } from './state/live-state.ts'

export interface DeadLetterServiceParts {
  readonly letters: DeadLetters
  readonly state: Pick<LiveState, 'read' | 'positions'>
  readonly ledger: Ledger
  readonly clock: Clock
}

const atOnce = 1_000
const listedUnlessSaid = 100
const pollMs = 5
/** How long this server may take to read what it has written into the log. */
const patienceMs = 10_000

/** What those who run it ask about records that were kept aside. */
export function deadLetterService({ clock, ledger, letters, state }: DeadLetterServiceParts): Services['deadLetters'] {
  /** Those that can be read by now; their people's states have them. */
  async function readable(chosen: readonly DeadLetter[]): Promise<DeadLetter[]> {
    const ready: DeadLetter[] = []
    for (const letter of chosen) {
      const record = recordOf(letter)
      try {
        const message = state.read(record.topic, record.value)
        await ledger.heal?.(record, message)
        ready.push(letter)
      } catch (error) {
        if (error instanceof VireoError && error.retryable) throw error
        letters.keep(record, error)
      }
    }
    return ready
  }

  async function applied(places: readonly Place[], signal: AbortSignal): Promise<void> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
    const isApplied = ({ offset, partition }: Place) =>
      state.positions().some((at) => at.topic === 'control' && at.partition === partition && at.offset > offset)
    while (!places.every(isApplied)) {
      if (limit.aborted)
        throw new Unavailable('LOG_UNAVAILABLE', 'The order to apply them is in the log, but this server has not read it yet')
      await sleep(pollMs)
    }
  }

  return {
    list: (limit) => {
      const all = letters.all()
      return { letters: all.slice(0, limit > 0 ? Math.min(limit, atOnce) : listedUnlessSaid).map(told), total: all.length }
    },
    async replay(places, signal, by = '') {
      const chosen = (places.length === 0 ? letters.all() : places.flatMap((place) => letters.get(placeOf(place)) ?? [])).slice(0, atOnce)
      const ready = await readable(chosen)
      const timeMs = clock.now()
      const orders = ready.map(({ offset, partition, topic }) => {
        const message = ControlRecord.fromPartial({ timeMs, change: { $case: 'letterReplay', value: { topic, partition, offset, by } } })
        const key = `dead-letter ${topic}/${partition}/${offset}`
        return { topic: 'control', key, timeMs, value: encoded(ControlRecord, message), message } as const
      })
      if (orders.length > 0) await applied(await ledger.write(orders, signal), signal)
      const left = chosen.flatMap((letter) => letters.get(recordOf(letter)) ?? [])
      return { applied: chosen.length - left.length, left: left.map(told) }
    },
  }
}

const placeOf = ({ offset, partition, topic }: LetterPlace): Place => ({ topic: topic as Topic, partition, offset: Number(offset) })

const told = ({ code, key, keptMs, offset, partition, reason, timeMs, topic, value }: DeadLetter): ToldLetter => ({
  place: { topic, partition, offset: BigInt(offset) },
  key,
  time: momentAt(timeMs),
  code,
  reason,
  kept: momentAt(keptMs),
  value,
})
