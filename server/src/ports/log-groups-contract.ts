import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { EventLog, NewRecord, StoredRecord } from './event-log.ts'
import type { LogGroups } from './log-groups.ts'

export interface LogWithGroups {
  readonly log: EventLog
  readonly groups: LogGroups
}

/** A member that runs until it is left. */
interface Member {
  readonly applied: number[]
  leave(): Promise<void>
}

const patienceMs = 60_000
const partitions = 6

/** What groups of readers promise. `open` gives an empty log of 6 partitions a topic. */
export function logGroupsContract(name: string, open: (t: TestContext) => Promise<LogWithGroups>): void {
  describe(`groups of readers of the log: ${name}`, () => {
    test('the members of a group share the records, and each group gets all of them', async (t) => {
      const { log, groups } = await open(t)
      const members = [joined(t, groups, 'one'), joined(t, groups, 'one'), joined(t, groups, 'other')] as const
      await log.append(records(0, 200))
      await until(() => members[0].applied.length + members[1].applied.length >= 200 && members[2].applied.length >= 200)
      await Promise.all(members.map((member) => member.leave()))
      assert.deepEqual(sorted(members[0], members[1]), numbers(0, 200))
      assert.deepEqual(sorted(members[2]), numbers(0, 200))
    })

    test('a group goes on where it has left off', async (t) => {
      const { log, groups } = await open(t)
      await log.append(records(0, 50))
      const first = joined(t, groups)
      await until(() => first.applied.length >= 50)
      await first.leave()
      await log.append(records(50, 50))
      const second = joined(t, groups)
      await until(() => second.applied.length >= 50)
      await second.leave()
      assert.deepEqual([sorted(first), sorted(second)], [numbers(0, 50), numbers(50, 50)])
    })

    test('while members come and go under load, each record is applied once, and those of a key in their order', async (t) => {
      const { log, groups } = await open(t)
      const byKey = new Map<string, number[]>()
      const apply = async (batch: readonly StoredRecord[]) => {
        // Time for a hand-over to come in between.
        await new Promise((resolve) => setTimeout(resolve, 5))
        for (const record of batch) byKey.set(record.key, [...(byKey.get(record.key) ?? []), numberOf(record)])
      }
      const members = [joined(t, groups, 'group', apply)]
      const total = 600
      for (let number = 0; number < total; number += 20) {
        await log.append(records(number, 20, `key ${(number / 20) % 10}`))
        if (number === 100 || number === 300) members.push(joined(t, groups, 'group', apply))
        if (number === 200 || number === 400) await members.shift()!.leave()
      }
      const count = () => [...byKey.values()].reduce((sum, each) => sum + each.length, 0)
      await until(() => count() >= total)
      await Promise.all(members.map((member) => member.leave()))
      assert.equal(count(), total)
      for (const found of byKey.values()) {
        assert.deepEqual(
          found,
          found.toSorted((a, b) => a - b),
        )
      }
    })

    test('leaving waits for what is in hand, which is not applied again', async (t) => {
      const { log, groups } = await open(t)
      const release = Promise.withResolvers<void>()
      const started = Promise.withResolvers<void>()
      const slow = joined(t, groups, 'group', async () => {
        started.resolve()
        await release.promise
      })
      await log.append(records(0, 5, 'one key'))
      await started.promise
      const left = slow.leave()
      release.resolve()
      await left
      await log.append(records(5, 1, 'one key'))
      const next = joined(t, groups)
      await until(() => next.applied.length > 0)
      await next.leave()
      assert.deepEqual([...slow.applied, ...next.applied], numbers(0, 6))
    })

    test('a failure of apply ends the membership, and its records come again', async (t) => {
      const { log, groups } = await open(t)
      const failing = groups.join(
        { group: 'group', topics: ['events'], apply: () => Promise.reject(new Error('no room')) },
        AbortSignal.timeout(patienceMs),
      )
      await log.append(records(0, 3, 'one key'))
      await assert.rejects(failing, /no room/)
      const next = joined(t, groups)
      await until(() => next.applied.length >= 3)
      await next.leave()
      assert.deepEqual(next.applied, numbers(0, 3))
    })
  })

  function joined(
    t: TestContext,
    groups: LogGroups,
    group = 'group',
    before: (batch: readonly StoredRecord[]) => Promise<void> = async () => {},
  ): Member {
    const stop = new AbortController()
    const applied: number[] = []
    const apply = async (batch: readonly StoredRecord[]) => {
      await before(batch)
      applied.push(...batch.map(numberOf))
    }
    const running = groups.join({ group, topics: ['events'], apply }, stop.signal)
    running.catch(() => undefined)
    const leave = () => {
      stop.abort()
      return running
    }
    t.after(leave)
    return { applied, leave }
  }
}

/** Records with numbers from `first` on, over all partitions unless they share a key. */
function records(first: number, count: number, key?: string): NewRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    topic: 'events',
    key: key ?? `key ${(first + i) % (partitions * 5)}`,
    timeMs: 1_700_000_000_000,
    value: new TextEncoder().encode(`${first + i}`),
  }))
}

function numberOf({ value }: StoredRecord): number {
  return Number(new TextDecoder().decode(value))
}

function numbers(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => first + i)
}

function sorted(...members: readonly Member[]): number[] {
  return members.flatMap(({ applied }) => applied).toSorted((a, b) => a - b)
}

async function until(isSo: () => boolean): Promise<void> {
  for (const limit = AbortSignal.timeout(patienceMs); !isSo(); ) {
    limit.throwIfAborted()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
