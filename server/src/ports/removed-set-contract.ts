import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import type { RemovedSet } from './removed-set.ts'

/** Opens the set at a place of its own, as one of several processes does; empty at the first opening. */
export type OpenRemoved = (place: string) => Promise<RemovedSet>

/** What every set of removed videos promises. */
export function removedSetContract(name: string, open: OpenRemoved): void {
  describe(`removed videos: ${name}`, () => {
    test('what one process removes is gone for all as soon as that is acknowledged, until it is taken back', async () => {
      const place = randomUUID()
      const [one, other] = [await open(place), await open(place)]
      const page = ['a', 'b', 'c']
      assert.deepEqual(await other.among(page), new Set())
      await one.add(['b', 'z'])
      assert.deepEqual(await other.among(page), new Set(['b']))
      await other.add(['b', 'c'])
      assert.deepEqual(await one.among(page), new Set(['b', 'c']))
      await one.remove(['b', 'never removed'])
      assert.deepEqual(await other.among(page), new Set(['c']))
    })

    test('a page is looked up as it is: empty, with one video twice, with any id', async () => {
      const removed = await open(randomUUID())
      const ids = ['{a}', 'ä 🦆', ' ', 'a\0b', '0']
      await removed.add([])
      await removed.add(ids)
      await removed.remove([])
      assert.deepEqual(await removed.among([]), new Set())
      assert.deepEqual(await removed.among([...ids, 'a', ...ids]), new Set(ids))
    })
  })
}
