import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EventRecord } from '../generated/vireo/record/v1/records.ts'
import { OwnRecords } from './own-records.ts'

const place = (offset: number, partition = 0) => ({ topic: 'events', partition, offset }) as const
const record = (eventId: string) => ({ message: EventRecord.fromPartial({ eventId }), before: undefined })

test('what was written is found once where it lies, and nowhere else', () => {
  const own = new OwnRecords()
  const [one, other] = [record('one'), record('other')]
  own.add(place(7), one)
  own.add(place(7, 1), other)
  assert.equal(own.take(place(6)), undefined)
  assert.equal(own.take({ ...place(7), topic: 'served' }), undefined)
  assert.deepEqual([own.take(place(7)), own.take(place(7, 1)), own.take(place(7))], [one, other, undefined])
})

test('of more than a reader may be behind the bytes are read', () => {
  const own = new OwnRecords()
  for (let offset = 0; offset < 30_000; offset++) own.add(place(offset), record(`${offset}`))
  const kept = Array.from({ length: 30_000 }, (_, offset) => own.take(place(offset))).filter((each) => each !== undefined)
  assert.ok(kept.length > 1_000 && kept.length < 30_000, `${kept.length} kept`)
  own.add(place(40_000), record('next'))
  assert.notEqual(own.take(place(40_000)), undefined)
})
