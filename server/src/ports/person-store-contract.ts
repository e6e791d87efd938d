import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import type { IdTable } from '../catalog/id-table.ts'
import type { PersonState } from '../people/person-state.ts'
import type { PersonStore } from './person-store.ts'
import { show, videosForTests, watch, watchAhead } from './person-store-for-tests.ts'

/** Opens the store at a place of its own, with what this process knows of videos; empty at the first opening. */
export type OpenPeople = (place: string, ids: IdTable) => Promise<PersonStore>

const seenOf = ({ seen }: PersonState, ids: IdTable) => Array.from(seen.slots.subarray(0, seen.count), (slot) => ids.id(slot))
const visitsOf = ({ history }: PersonState, ids: IdTable) => history.entries.map(({ video }) => ids.id(video))

/** What every store of people promises. `isShared` where several processes have it open. */
export function personStoreContract(name: string, open: OpenPeople, { isShared }: { readonly isShared: boolean }): void {
  const ids = videosForTests(20_000)
  const opened = (place: string = randomUUID()) => open(place, ids)

  describe(`people: ${name}`, () => {
    test('somebody unknown is empty, and reading makes nobody known', async () => {
      const people = await opened()
      const { history, marks, pages, seen } = await people.read('ada')
      assert.deepEqual([history.count, marks.size, pages.length, seen.count], [0, 0, 0, 0])
      assert.equal(await people.count, 0)
    })

    test('whoever reads after a change has resolved reads it', async () => {
      const place = randomUUID()
      const people = await opened(place)
      const other = isShared ? await opened(place) : people
      for (let n = 0; n < 20; n++) {
        await watch(n % 2 === 0 ? people : other, 'ada', n)
        assert.equal((await (n % 3 === 0 ? people : other).read('ada')).history.count, n + 1)
      }
      assert.equal(await show(people, 'ada', 1, [30, 31]), true)
      const state = await other.read('ada')
      const watched = Array.from({ length: 20 }, (_, n) => `v${n}`)
      assert.deepEqual(visitsOf(state, ids), watched)
      assert.deepEqual(seenOf(state, ids).toSorted(), [...watched, 'v30', 'v31'].toSorted())
      assert.equal(state.pages[0]!.requestId, '1')
      assert.equal((await people.read('bob')).history.count, 0)
    })

    test('a record that comes again changes nothing, and says so', async () => {
      const people = await opened()
      assert.deepEqual([await watch(people, 'ada', 1), await show(people, 'ada', 1, [2])], [true, true])
      assert.deepEqual([await watch(people, 'ada', 1), await show(people, 'ada', 1, [2])], [false, false])
      const { history, pages, recentEvents } = await people.read('ada')
      assert.deepEqual([history.count, pages.length, recentEvents.count], [1, 1, 1])
    })

    test('changes of one person are made in the order in which they were asked for', async () => {
      const people = await opened()
      const before = await Promise.all(
        Array.from({ length: 60 }, async (_, n) => {
          const count = people.change('ada', ({ history }) => history.count)
          await watch(people, 'ada', n)
          return count
        }),
      )
      assert.deepEqual(
        before,
        before.map((_, n) => n),
      )
    })

    test('a change that throws fails alone', async () => {
      const people = await opened()
      const failing = async () =>
        people.change('ada', () => {
          throw new RangeError('of its own')
        })
      const [one, failed, other] = await Promise.allSettled([watch(people, 'ada', 1), failing(), watch(people, 'ada', 2)])
      assert.deepEqual([one.status, other.status], ['fulfilled', 'fulfilled'])
      assert.ok((failed as PromiseRejectedResult).reason instanceof RangeError)
      assert.deepEqual(visitsOf(await people.read('ada'), ids), ['v1', 'v2'])
    })

    test('what is kept of a person has its bounds, and what was seen is never forgotten', async () => {
      const people = await opened()
      for (let n = 0; n < 300; n += 50) await Promise.all(Array.from({ length: 50 }, (_, more) => watch(people, 'ada', n + more)))
      for (let page = 0; page < 30; page++) {
        const shown = Array.from({ length: 600 }, (_, more) => 1_000 + page * 600 + more)
        assert.ok(await show(people, 'ada', page, shown))
      }
      const { history, pages, seen } = await people.read('ada')
      assert.ok(history.count <= 256)
      assert.equal(pages.length, 20)
      assert.ok(seen.count < 14_096 && seen.older.count > 0, `${seen.count} exactly, ${seen.older.count} in the filter`)
      for (let n = 1_000; n < 19_000; n++) assert.ok(seen.has(ids.find(`v${n}`), ids, 0), `v${n}`)
    })

    test('any id names one person', async () => {
      const people = await opened()
      const persons = ['{a}', '{a', 'a}', '}', '{}', 'a', '%7Ba%7D', 'a:older', '{a}:older', 'ä 🦆', ' ', 'a\0b']
      await Promise.all(persons.map((person, n) => watch(people, person, n)))
      for (const [n, person] of persons.entries()) assert.deepEqual(visitsOf(await people.read(person), ids), [`v${n}`])
      assert.equal(await people.count, persons.length)
    })

    if (!isShared) return

    test('a change that was made ahead is kept where nobody has changed the person since, and made again where somebody has', async () => {
      const place = randomUUID()
      const [people, other] = [await opened(place), await opened(place)]
      assert.equal(await watchAhead(people, ids, 'ada', 1), 0)
      assert.equal(await watchAhead(people, ids, 'ada', 2), 0)
      assert.equal(await watchAhead(people, ids, 'ada', 3, () => watch(other, 'ada', 4)), 1)
      const both = [5, 6].map((n) => watchAhead(people, ids, 'ada', n))
      await Promise.all(both)
      assert.deepEqual(visitsOf(await other.read('ada'), ids).toSorted(), ['v1', 'v2', 'v3', 'v4', 'v5', 'v6'])
    })

    test('a change that was made ahead to a state that lacks videos is made to all of them', async () => {
      const place = randomUUID()
      const known = videosForTests(3)
      const [people, ignorant] = [await opened(place), await open(place, known)]
      await watch(people, 'ada', 7)
      assert.equal(await watchAhead(ignorant, known, 'ada', 1), 1)
      assert.deepEqual(visitsOf(await people.read('ada'), ids), ['v1', 'v7'])
    })

    test('of changes that two processes make to one person at the same time none is lost', async () => {
      const place = randomUUID()
      const both = [await opened(place), await opened(place)]
      const fresh = await Promise.all(Array.from({ length: 200 }, (_, n) => watch(both[n % 2]!, 'ada', n)))
      assert.ok(fresh.every(Boolean))
      const again = await Promise.all(Array.from({ length: 200 }, (_, n) => watch(both[(n + 1) % 2]!, 'ada', n)))
      assert.ok(!again.some(Boolean))
      const state = await both[0]!.read('ada')
      assert.deepEqual(
        visitsOf(state, ids),
        Array.from({ length: 200 }, (_, n) => `v${n}`),
      )
    })

    test('a video that one process has not heard of is kept when it writes, and read by one that has', async () => {
      const place = randomUUID()
      const ahead = await opened(place)
      const few = videosForTests(3)
      const behind = await open(place, few)
      await watch(ahead, 'ada', 7)
      await watch(behind, 'ada', 1)
      await watch(behind, 'ada', 8)
      assert.deepEqual(visitsOf(await behind.read('ada'), few), ['v1'])
      assert.deepEqual(seenOf(await behind.read('ada'), few), ['v1'])
      assert.deepEqual(visitsOf(await ahead.read('ada'), ids), ['v1', 'v7', 'v8'])
      few.intern('v7')
      assert.deepEqual(visitsOf(await behind.read('ada'), few), ['v1', 'v7'])
    })
  })
}
