import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { IdTable } from '../../catalog/id-table.ts'
import { EventRecord, SlateRecord } from '../../generated/vireo/record/v1/records.ts'
import { UserVideoEvent_EventType as Type } from '../../generated/vireo/v1/events.ts'
import { encodePerson } from '../../people/person-codec.ts'
import { PersonState } from '../../people/person-state.ts'
import { personStoreContract } from '../../ports/person-store-contract.ts'
import { EmbeddedPeople } from './people.ts'

const ids = new IdTable()
for (let n = 0; n < 40_000; n++) ids.intern(`v${n}`)

/** Rows on a disk that takes what a save gives it. */
function diskForTests() {
  const tables = new Map<string, Map<string, Uint8Array>>()
  const rowsOf = (table: string) => tables.get(table) ?? tables.set(table, new Map()).get(table)!
  return {
    get: (table: string, key: string) => rowsOf(table).get(key),
    count: (table: string) => rowsOf(table).size,
    rowsOf,
  }
}

personStoreContract('embedded', async (_place, known) => new EmbeddedPeople(diskForTests(), known, 8), { isShared: false })

const watched = (state: PersonState, video: number, timeS: number) => {
  const event = EventRecord.fromPartial({ type: Type.Watch, timeMs: timeS * 1_000, watchMs: 1_000 * (video % 40), videoId: `v${video}` })
  state.did(event, video, ids)
}
const served = (state: PersonState, videos: readonly number[], timeS: number) => {
  const slate = SlateRecord.fromPartial({
    timeMs: timeS * 1_000,
    requestId: String(timeS),
    items: videos.map((n) => ({ videoId: `v${n}` })),
  })
  state.served(slate, videos, { topic: 'served', partition: 0, offset: timeS }, ids)
  state.settle(ids)
}
const bytesOf = (state: PersonState) => Buffer.from(encodePerson(state, ids)).toString('hex')

const person = fc.nat(40).map((n) => `p${n}`)
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ what: fc.constant('watch' as const), person, video: fc.nat(200) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('read' as const), person }) },
  fc.record({ what: fc.constant('begin' as const), most: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ what: fc.constant('end' as const), isSaved: fc.boolean() }),
)

test('people are as they were made, whoever is in memory, on disk or on the way there', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 50, maxLength: 300 }), (steps) => {
      const disk = diskForTests()
      // Room for about a dozen people.
      const people = new EmbeddedPeople(disk, ids, 0.015)
      const expected = new Map<string, PersonState>()
      let rows: [string, string, Uint8Array | undefined][] | undefined
      let atBegin = new Map<string, string>()
      let timeS = 1_768_000_000
      const end = (isSaved: boolean) => {
        for (const { changes } of people.tables)
          for (let more = changes.take(7); more.length > 0; more = changes.take(7)) rows!.push(...(more as never[]))
        for (const [table, key, value] of isSaved ? rows! : []) disk.rowsOf(table).set(key, value!)
        for (const { changes } of people.tables) changes.end(isSaved)
        if (isSaved) for (const [key, bytes] of atBegin) assert.equal(Buffer.from(disk.get('people', key)!).toString('hex'), bytes)
        rows = undefined
      }
      for (const each of steps) {
        if (each.what === 'watch') {
          timeS++
          const state = expected.get(each.person) ?? new PersonState()
          expected.set(each.person, state)
          watched(state, each.video, timeS)
          people.change(each.person, (own) => watched(own, each.video, timeS))
        } else if (each.what === 'read') {
          assert.equal(bytesOf(people.read(each.person)), bytesOf(expected.get(each.person) ?? new PersonState()))
        } else if (each.what === 'begin' && rows === undefined) {
          rows = []
          for (const { changes } of people.tables) changes.begin()
          atBegin = new Map(Array.from(expected, ([key, state]) => [key, bytesOf(state)]))
          for (const { changes } of people.tables) rows.push(...(changes.take(each.most) as never[]))
        } else if (each.what === 'end' && rows !== undefined) end(each.isSaved)
      }
      for (const [key, state] of expected) assert.equal(bytesOf(people.read(key)), bytesOf(state))
      assert.equal(people.count, expected.size)
    }),
    { numRuns: 100 },
  )
})

test('a save that is under way sees what was seen long ago as it was when it began', () => {
  const disk = diskForTests()
  const people = new EmbeddedPeople(disk, ids, 8)
  const page = (first: number, count: number) =>
    people.change('ada', (state) =>
      served(
        state,
        Array.from({ length: count }, (_, n) => first + n),
        first,
      ),
    )
  for (let first = 0; first < 18_000; first += 1_000) page(first, 1_000)
  const before = people.read('ada')
  const [state, older] = [bytesOf(before), before.seen.older]
  assert.ok(older.count > 0)
  for (const { changes } of people.tables) changes.begin()
  for (let first = 18_000; first < 30_000; first += 1_000) page(first, 1_000)
  assert.ok(people.read('ada').seen.older.count > older.count)
  for (const { changes } of people.tables) {
    for (const [table, key, value] of changes.take(100)) disk.rowsOf(table).set(key, value!)
    changes.end(true)
  }
  const again = new EmbeddedPeople(disk, ids, 8).read('ada')
  assert.equal(bytesOf(again), state)
  assert.deepEqual([again.seen.older.count, [...again.seen.older.bytes]], [older.count, [...older.bytes]])
})

test('somebody who saw 500 videos within two months takes at most 8 KB on disk', () => {
  const state = new PersonState()
  for (let page = 0; page < 50; page++) {
    const timeS = 1_768_000_000 + page * 100_000
    const videos = Array.from({ length: 10 }, (_, n) => (page * 10 + n) * 70)
    served(state, videos, timeS)
    state.recentSlates.admit(`slate ${page}`, 0, timeS, 73 * 3_600)
    for (const [n, video] of videos.entries()) {
      watched(state, video, timeS + 20 * n)
      state.recentEvents.admit(`event ${video}`, (video * 7_919) % 2 ** 32, timeS + 20 * n, 73 * 3_600)
    }
  }
  const bytes = encodePerson(state, ids).length
  assert.ok(bytes <= 8_000, `${bytes} bytes`)
})
