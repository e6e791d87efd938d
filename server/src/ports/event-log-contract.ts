import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { Unavailable } from '../errors.ts'
import { compactedTopics, type EventLog, type Extent, type NewRecord, type Place, type StoredRecord } from './event-log.ts'

/** Opens the log at a place of its own: a folder's name or a prefix. The place is empty at the first opening. */
export type OpenLog = (place: string) => Promise<EventLog>

const patienceMs = 30_000
const never = new AbortController().signal

/** What every event log promises, for any number of partitions. `reopen` opens a place again after the log there was closed. */
export function eventLogContract(name: string, open: OpenLog, { reopen }: { readonly reopen?: OpenLog } = {}): void {
  const opened = async (t: TestContext, place: string = randomUUID(), how = open) => {
    const log = await how(place)
    t.after(() => log.close())
    return log
  }

  describe(`the event log: ${name}`, () => {
    test('records come back as they were, at the places told, in the order of their key', async (t) => {
      const place = randomUUID()
      const log = await opened(t, place)
      const all: StoredRecord[] = []
      const property = fc.asyncProperty(fc.array(fc.array(record, { maxLength: 20 }), { maxLength: 5 }), async (batches) => {
        const places = (await Promise.all(batches.map((batch) => log.append(batch)))).flat()
        all.push(...batches.flat().map((one, i) => ({ ...one, ...places[i]! })))
        assert.deepEqual(byKey(lasting(await everything(log))), byKey(lasting(all)))
      })
      // The log remembers earlier runs, so a failure can't be made smaller by trying again.
      await fc.assert(property, { numRuns: 20, endOnFailure: true })
      if (!reopen) return
      await log.close()
      const after = await opened(t, place, reopen)
      assert.deepEqual(byKey(lasting(await everything(after))), byKey(lasting(all)))
      assert.deepEqual(await Promise.all(lasting(all).map((one) => after.get(one))), lasting(all))
    })

    test('an append of nothing changes nothing', async (t) => {
      const log = await opened(t)
      const before = await log.extents()
      assert.deepEqual(await log.append([]), [])
      assert.deepEqual(await log.extents(), before)
    })

    test('the extents tell how far each partition goes', async (t) => {
      const log = await opened(t)
      const places = await log.append(records(100))
      const extents = await log.extents()
      for (const { topic, partition, first, end } of extents) {
        const offsets = places.filter((place) => place.topic === topic && place.partition === partition).map(({ offset }) => offset)
        assert.equal(first, 0)
        assert.deepEqual(
          offsets,
          Array.from({ length: end }, (_, offset) => offset),
        )
      }
      assert.equal(sum(extents), 100)
    })

    test('a reader starts at any position', async (t) => {
      const log = await opened(t)
      const places = await log.append(records(50, 'one key'))
      for (const [i, place] of places.entries()) {
        const read = await take(log, place, 50 - i)
        assert.deepEqual(
          read.map(({ offset }) => offset),
          places.slice(i).map(({ offset }) => offset),
        )
      }
    })

    test('a reader that has caught up gets what is new', async (t) => {
      const log = await opened(t)
      const [start] = await log.append(records(1, 'one key'))
      const reading = take(log, start!, 31)
      for (let i = 0; i < 10; i++) await log.append(records(3, 'one key', i * 3))
      assert.deepEqual(
        (await reading).slice(1).map(numberOf),
        Array.from({ length: 30 }, (_, i) => i),
      )
    })

    test('two readers each get everything', async (t) => {
      const log = await opened(t)
      const start = (await log.append(records(1, 'one key')))[0]!
      const reading = [take(log, start, 201), take(log, start, 201)]
      for (let i = 0; i < 20; i++) await log.append(records(10, 'one key', i * 10))
      const [one, other] = await Promise.all(reading)
      assert.deepEqual(one, other)
    })

    test('a reader sees the records of each append in their order, and a partition without holes', async (t) => {
      const log = await opened(t)
      const start = (await log.append(records(1, 'one key')))[0]!
      const reading = take(log, start, 1_001)
      await Promise.all(Array.from({ length: 20 }, (_, i) => log.append(records(50, 'one key', i * 50))))
      const read = await reading
      assert.deepEqual(
        read.map(({ offset }) => offset - start.offset),
        Array.from({ length: 1_001 }, (_, i) => i),
      )
      const numbers = read.slice(1).map(numberOf)
      for (let i = 0; i < 1_000; i += 50) {
        const ofOneAppend = numbers.filter((number) => number >= i && number < i + 50)
        assert.deepEqual(
          ofOneAppend,
          Array.from({ length: 50 }, (_, n) => i + n),
        )
      }
    })

    test('callers that append at the same time each keep their order', async (t) => {
      const log = await opened(t)
      const callers = Array.from({ length: 8 }, (_, i) => `caller ${i}`)
      await Promise.all(
        callers.map(async (key) => {
          for (let i = 0; i < 40; i++) await log.append(records(3, key, i * 3))
        }),
      )
      const found = byKey(await everything(log))
      for (const key of callers) {
        assert.deepEqual(
          found.get(`events ${key}`)!.map(numberOf),
          Array.from({ length: 120 }, (_, i) => i),
        )
      }
    })

    test('large batches and large records are taken', async (t) => {
      const log = await opened(t)
      const large = { ...records(1)[0]!, value: new Uint8Array(512 * 1024).fill(7) }
      const [places, [place]] = await Promise.all([log.append(records(10_000)), log.append([large])])
      assert.equal(places.length, 10_000)
      assert.deepEqual((await log.get(place!))!.value, large.value)
      assert.equal((await everything(log)).length, 10_001)
    })

    test('where there is no record, get finds none', async (t) => {
      const log = await opened(t)
      const place = (await log.append(records(1)))[0]!
      assert.equal(await log.get({ ...place, offset: place.offset + 1 }), undefined)
    })

    test('retention lets go of what is before, and only there', async (t) => {
      const log = await opened(t)
      const places = await log.append(records(3_000, 'one key'))
      const [elsewhere] = await log.append([{ ...records(1)[0]!, topic: 'catalog' }])
      await log.retain(places[2_500]!)
      assert.equal((await extentOf(log, places[0]!)).first, places[2_500]!.offset)
      assert.equal(await log.get(places[2_499]!), undefined)
      assert.equal(numberOf((await log.get(places[2_500]!))!), 2_500)
      assert.equal(numberOf((await take(log, places[0]!, 1))[0]!), 2_500)
      assert.ok(await log.get(elsewhere!))
    })

    test('retention of what is gone already changes nothing', async (t) => {
      const log = await opened(t)
      const places = await log.append(records(10, 'one key'))
      await log.retain(places[5]!)
      await log.retain(places[2]!)
      assert.equal((await extentOf(log, places[0]!)).first, places[5]!.offset)
    })

    test('offsets go on where retention has left nothing', async (t) => {
      const log = await opened(t)
      const last = (await log.append(records(10, 'one key'))).at(-1)!
      await log.retain({ ...last, offset: last.offset + 1 })
      assert.deepEqual(await extentOf(log, last), {
        topic: last.topic,
        partition: last.partition,
        first: last.offset + 1,
        end: last.offset + 1,
      })
      const [next] = await log.append(records(1, 'one key'))
      assert.equal(next!.offset, last.offset + 1)
    })

    test('an append whose signal has aborted is not made', async (t) => {
      const log = await opened(t)
      await assert.rejects(log.append(records(1), AbortSignal.abort(new Error('too late'))), /too late/)
      assert.equal(sum(await log.extents()), 0)
    })

    test('a reader ends quietly when its signal aborts, before, while waiting and in between', async (t) => {
      const log = await opened(t)
      const start = (await log.append(records(1, 'one key')))[0]!
      const stop = new AbortController()
      const waiting = drain(log.read({ ...start, offset: start.offset + 1 }, stop.signal))
      const reading = (async () => {
        for await (const _ of log.read(start, stop.signal)) stop.abort()
      })()
      await Promise.all([waiting, reading, drain(log.read(start, AbortSignal.abort()))])
    })

    test('closing waits for what was appended, ends readers and refuses more', async (t) => {
      const log = await opened(t)
      const start = (await log.append(records(1, 'one key')))[0]!
      const reading = drain(log.read(start, never))
      const appending = log.append(records(100))
      await log.close()
      assert.equal((await appending).length, 100)
      await reading
      await assert.rejects(log.append(records(1)), (error) => error instanceof Unavailable && error.code === 'LOG_CLOSED')
    })

    test('what was acknowledged, and what was let go of, is so after reopening', { skip: !reopen }, async (t) => {
      const place = randomUUID()
      const before = await opened(t, place)
      const places = await before.append(records(100, 'one key'))
      const emptied = (await before.append([{ ...records(1)[0]!, topic: 'catalog' }]))[0]!
      await before.retain(places[10]!)
      await before.retain({ ...emptied, offset: emptied.offset + 1 })
      const extents = await before.extents()
      await before.close()

      const after = await opened(t, place, reopen!)
      assert.deepEqual(await after.extents(), extents)
      assert.deepEqual(
        (await take(after, places[0]!, 90)).map(numberOf),
        Array.from({ length: 90 }, (_, i) => i + 10),
      )
      const next = await after.append([...records(1, 'one key'), { ...records(1)[0]!, topic: 'catalog' }])
      assert.deepEqual(
        next.map(({ offset }) => offset),
        [places.at(-1)!.offset + 1, emptied.offset + 1],
      )
    })
  })
}

const record: fc.Arbitrary<NewRecord> = fc.record({
  topic: fc.constantFrom('events', 'served', 'catalog', 'control'),
  key: fc.string({ unit: 'binary', maxLength: 12 }),
  timeMs: fc.integer({ min: 0, max: 4e12 }),
  value: fc.uint8Array({ maxLength: 300 }),
})

/** Records with numbers from `first` on, each with a key of its own unless they share one. */
function records(count: number, key?: string, first = 0): NewRecord[] {
  return Array.from({ length: count }, (_, i) => {
    const number = first + i
    return {
      topic: 'events',
      key: key ?? `key ${number}`,
      timeMs: 1_700_000_000_000 + number,
      value: new TextEncoder().encode(`${number}`),
    }
  })
}

function numberOf({ value }: StoredRecord): number {
  return Number(new TextDecoder().decode(value))
}

/** The first `count` records from a place on. */
async function take(log: EventLog, from: Place, count: number): Promise<StoredRecord[]> {
  if (count === 0) return []
  const found = new Map<number, StoredRecord>()
  for await (const batch of log.read(from, AbortSignal.timeout(patienceMs))) {
    for (const one of batch) found.set(one.offset, one)
    if (found.size >= count) return [...found.values()].slice(0, count)
  }
  throw new Error(`${found.size} of ${count} records came within ${patienceMs} ms`)
}

async function everything(log: EventLog): Promise<StoredRecord[]> {
  return (await Promise.all((await log.extents()).map((extent) => upToEnd(log, extent)))).flat()
}

async function upToEnd(log: EventLog, { topic, partition, first, end }: Extent): Promise<StoredRecord[]> {
  if (first === end) return []
  const found = new Map<number, StoredRecord>()
  for await (const batch of log.read({ topic, partition, offset: first }, AbortSignal.timeout(patienceMs))) {
    for (const one of batch) found.set(one.offset, one)
    if (batch.at(-1)!.offset + 1 >= end) return [...found.values()]
  }
  throw new Error(`the end of ${topic} did not come within ${patienceMs} ms`)
}

/** Those that a log keeps in any case: in a compacted topic the newest of each key. */
function lasting(all: readonly StoredRecord[]): StoredRecord[] {
  const newest = new Map<string, number>()
  for (const one of all) newest.set(nameOf(one), Math.max(one.offset, newest.get(nameOf(one)) ?? 0))
  return all.filter((one) => !compactedTopics.has(one.topic) || newest.get(nameOf(one)) === one.offset)
}

async function extentOf(log: EventLog, { topic, partition }: Place): Promise<Extent> {
  return (await log.extents()).find((extent) => extent.topic === topic && extent.partition === partition)!
}

/** In the order of their offsets, by topic and key. */
function byKey(all: readonly StoredRecord[]): Map<string, StoredRecord[]> {
  const sorted = all.toSorted((a, b) => (nameOf(a) === nameOf(b) ? a.offset - b.offset : nameOf(a) < nameOf(b) ? -1 : 1))
  return Map.groupBy(sorted, nameOf)
}

function nameOf({ topic, key }: StoredRecord): string {
  return `${topic} ${key}`
}

function sum(extents: readonly Extent[]): number {
  return extents.reduce((total, { first, end }) => total + end - first, 0)
}

async function drain(batches: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of batches);
}
