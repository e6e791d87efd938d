import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EventLog, Place, StoredRecord, Topic } from '../ports/event-log.ts'
import { recover } from './recover.ts'

const batch = 10

/** A log of two topics with so many records each, which notes what is read of it and can end in the middle. */
class LogForTests implements Pick<EventLog, 'extents' | 'read'> {
  readonly noted: string[] = []
  readonly #length: number
  mostRecords = Number.POSITIVE_INFINITY

  constructor(length: number) {
    this.#length = length
  }

  async extents() {
    return (['events', 'catalog'] as const).map((topic) => ({ topic, partition: 0, first: 0, end: this.#length }))
  }

  async *read({ topic, partition, offset }: Place) {
    for (let at = offset; at < this.#length; at += batch) {
      if (this.noted.length >= this.mostRecords) throw new Error('killed')
      const records = Array.from({ length: Math.min(batch, this.#length - at) }, (_, n) => recordAt(topic, partition, at + n))
      this.noted.push(...records.map((record) => `${record.topic} ${record.offset}`))
      await sleep(1)
      yield records
    }
  }
}

const recordAt = (topic: Topic, partition: number, offset: number): StoredRecord => ({
  ...{ topic, partition, offset },
  key: 'key',
  timeMs: 0,
  value: Buffer.alloc(0),
})

/** A state that knows how far it is, and what of that is saved. */
function stateForTests(saved: readonly Place[] = []) {
  const positions = new Map(saved.map((place) => [place.topic, place]))
  const state = {
    saved,
    positions: () => [...positions.values()],
    apply({ topic, partition, offset }: StoredRecord) {
      positions.set(topic, { topic, partition, offset: offset + 1 })
    },
    async save() {
      state.saved = state.positions()
    },
  }
  return state
}

test('who is killed on the way through a long log goes on near where they were', async () => {
  const log = new LogForTests(100)
  log.mostRecords = 150
  const killed = stateForTests()
  await assert.rejects(recover({ log, state: killed, save: killed.save, everyMs: 0 }), /killed/)
  const offsets = Object.fromEntries(killed.saved.map(({ topic, offset }) => [topic, offset]))
  assert.equal(offsets.catalog, 100)
  assert.ok(offsets.events! >= batch && offsets.events! <= 50, `${offsets.events}`)

  const rest = new LogForTests(100)
  const next = stateForTests(killed.saved)
  assert.equal(await recover({ log: rest, state: next, save: next.save, everyMs: 0 }), 100 - offsets.events!)
  assert.deepEqual([rest.noted[0], rest.noted.at(-1)], [`events ${offsets.events}`, 'events 99'])
})

test('what is read in no time is not saved on the way', async () => {
  const state = stateForTests()
  assert.equal(await recover({ log: new LogForTests(100), state, save: () => assert.fail('saved') }), 200)
})
