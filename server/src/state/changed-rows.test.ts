import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ChangedRows, type Row, type RowChanges } from './changed-rows.ts'
import { ChangedSlots } from './changed-slots.ts'

const keys = 6
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ what: fc.constant('change' as const), key: fc.nat(keys - 1), isGone: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('take' as const), most: fc.integer({ min: 1, max: 3 }) }) },
  fc.record({ what: fc.constant('end' as const), isSaved: fc.boolean() }),
)

const kinds: Readonly<Record<string, (encode: (key: number) => Row) => RowChanges<number>>> = {
  'keys of any kind': (encode) => new ChangedRows(encode),
  'dense numbers': (encode) => new ChangedSlots(encode),
}

for (const [kind, open] of Object.entries(kinds)) {
  test(`${kind}: a save sees all rows as they were when it began, though they change meanwhile, and what a save missed comes with the next`, () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const memory = new Map<number, number>()
        let disk = new Map<number, number>()
        const bytes = (key: number) => (memory.has(key) ? Uint8Array.of(memory.get(key)!) : undefined)
        const changed = open((key) => ['rows', String(key), bytes(key)])
        let atBegin: Map<number, number> | undefined
        let written: (readonly [number, number | undefined])[] = []
        let version = 0
        const take = (most: number) => {
          const rows = changed.take(most)
          assert.ok(rows.length <= most)
          for (const [, key, value] of rows) written.push([Number(key), value?.[0]])
          return rows.length
        }
        const begin = () => {
          changed.begin()
          atBegin = new Map(memory)
          written = []
        }
        const end = (isSaved: boolean) => {
          while (take(2) > 0);
          changed.end(isSaved)
          if (isSaved) {
            for (const [key, value] of written) value === undefined ? disk.delete(key) : disk.set(key, value)
            assert.deepEqual(new Map([...disk].toSorted()), new Map([...atBegin!].toSorted()))
          }
          disk = new Map(disk)
          atBegin = undefined
        }
        for (const each of steps) {
          if (each.what === 'change') {
            changed.touch(each.key)
            assert.ok(changed.has(each.key))
            if (each.isGone) memory.delete(each.key)
            else memory.set(each.key, ++version % 256)
          } else if (each.what === 'take') {
            if (atBegin === undefined) begin()
            take(each.most)
          } else {
            if (atBegin === undefined) begin()
            end(each.isSaved)
          }
        }
        if (atBegin !== undefined) end(false)
        begin()
        end(true)
        assert.deepEqual(new Map([...disk].toSorted()), new Map([...memory].toSorted()))
        assert.equal(changed.size, 0)
      }),
      { numRuns: 500 },
    )
  })
}
