import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { FeatureRow, FeatureStore } from './feature-store.ts'

/** Opens the rows at a place of their own; empty at the first opening. */
export type OpenFeatures = (place: string, width: number) => Promise<FeatureStore>

const width = 5
const row = fc.record<FeatureRow>({
  id: fc.nat(12).map((n) => `v${n}`),
  values: fc.array(fc.oneof(fc.nat(300), fc.maxSafeNat()), { minLength: width, maxLength: width }),
  asOfMs: fc.nat(6),
  validUntilMs: fc.oneof(fc.nat(), fc.constant(Number.POSITIVE_INFINITY)),
})
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ put: fc.uniqueArray(row, { selector: ({ id }) => id, maxLength: 8 }) }) },
  fc.record({
    remove: fc.array(
      fc.nat(12).map((n) => `v${n}`),
      { maxLength: 3 },
    ),
  }),
)

/** What every store of feature rows promises. */
export function featureStoreContract(name: string, open: OpenFeatures): void {
  describe(`feature rows: ${name}`, () => {
    test('what is gathered is what was put as of the latest time and not removed since', async () => {
      const all = Array.from({ length: 14 }, (_, n) => `v${n}`)
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          const place = randomUUID()
          const [writer, reader] = [await open(place, width), await open(place, width)]
          const expected = new Map<string, FeatureRow>()
          for (const each of steps) {
            if ('remove' in each) {
              await writer.remove(each.remove)
              for (const id of each.remove) expected.delete(id)
            } else {
              await writer.put(each.put)
              for (const put of each.put) if (put.asOfMs >= (expected.get(put.id)?.asOfMs ?? 0)) expected.set(put.id, put)
            }
          }
          const values = new Float64Array(all.length * width).fill(7)
          const untilMs = await reader.gather(all, values)
          for (const [at, id] of all.entries()) {
            const { validUntilMs, values: own } = expected.get(id) ?? { validUntilMs: 0, values: new Array(width).fill(0) }
            assert.deepEqual([untilMs[at], ...values.subarray(at * width, (at + 1) * width)], [validUntilMs, ...Array.from(own)], id)
          }
        }),
        { numRuns: 40 },
      )
    })

    test('a thousand rows and more are put and gathered at once, in the order in which they are asked for', async () => {
      const store = await open(randomUUID(), width)
      const rows = Array.from({ length: 3_000 }, (_, n) => ({ id: `video ${n}`, values: [n, 0, 1, 2, 3], asOfMs: 1, validUntilMs: n + 1 }))
      await store.put(rows)
      const asked = rows.map(({ id }) => id).toReversed()
      const values = new Float64Array(asked.length * width)
      const untilMs = await store.gather(asked, values)
      for (let at = 0; at < asked.length; at++) assert.deepEqual([values[at * width], untilMs[at]], [2_999 - at, 3_000 - at])
    })

    test('nothing is asked for and put as well', async () => {
      const store = await open(randomUUID(), width)
      await store.put([])
      await store.remove([])
      assert.equal((await store.gather([], new Float64Array(0))).length, 0)
    })

    test('a row that could not be read back as it is is refused, with all that came with it', async () => {
      const store = await open(randomUUID(), width)
      const good = { id: 'good', values: [1, 2, 3, 4, 5], asOfMs: 1, validUntilMs: 1 }
      for (const values of [
        [1, 2, 3, 4],
        [1, 2, 3, 4, 5, 6],
        [1, 2, 3, 4, -1],
        [1, 2, 3, 4, 0.5],
        [1, 2, 3, 4, Number.NaN],
        [1, 2, 3, 4, 2 ** 53],
      ]) {
        await assert.rejects(store.put([good, { ...good, id: 'bad', values }]), { code: 'FEATURE_ROW_INVALID' })
      }
      assert.deepEqual([...(await store.gather(['good', 'bad'], new Float64Array(2 * width)))], [0, 0])
    })
  })
}
