import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encoded } from '../server/src/encoded.ts'
import { ControlRecord, SlateRecord, VideoRecord } from '../server/src/generated/vireo/record/v1/records.ts'
import type { NewRecord } from '../server/src/ports/event-log.ts'
import { eventRecord, readWithoutLikes, recordOf } from './records-for-tests.ts'
import { startMs, Type, type VireoForTests, vireoForTests } from './vireo-for-tests.ts'

const listed = ({ vireo }: VireoForTests) => vireo.services.deadLetters.list(0).letters.map(({ code, place }) => `${place!.topic} ${code}`)

async function replayed({ vireo }: VireoForTests): Promise<{ applied: number; left: number }> {
  const { applied, left } = await vireo.services.deadLetters.replay([], new AbortController().signal)
  return { applied, left: left.length }
}

const slate = SlateRecord.fromPartial({ slateId: 'of nobody', timeMs: startMs })
const nameless = VideoRecord.fromPartial({ timeMs: startMs })
const strange = VideoRecord.fromPartial({ video: { videoId: 'x', state: 77 as never }, timeMs: startMs })

const bad: readonly (readonly [kept: string, record: NewRecord])[] = [
  ['events RECORD_UNREADABLE', recordOf('events', Buffer.from([0xff, 0xff, 0xff]))],
  ['events RECORD_NEWER', eventRecord({ type: 99 })],
  ['events RECORD_INVALID', eventRecord({ person: '' })],
  ['events RECORD_INVALID', eventRecord({ timeMs: 300_000_000_000_000 })],
  ['served RECORD_INVALID', recordOf('served', Buffer.alloc(0))],
  ['served RECORD_INVALID', recordOf('served', encoded(SlateRecord, slate))],
  ['catalog RECORD_INVALID', recordOf('catalog', encoded(VideoRecord, nameless), 'y')],
  ['catalog RECORD_NEWER', recordOf('catalog', encoded(VideoRecord, strange), 'x')],
  ['control RECORD_NEWER', recordOf('control', encoded(ControlRecord, ControlRecord.fromPartial({ timeMs: startMs })), 'z')],
]

test('records that can not be applied are kept aside with the reason, and those behind them take effect', async (t) => {
  const before = await vireoForTests(t)
  await before.put('v')
  await before.vireo.eventLog.append([...bad.map(([, record]) => record), eventRecord()])
  const vireo = await before.restarted()
  assert.deepEqual(listed(vireo).toSorted(), bad.map(([kept]) => kept).toSorted())
  assert.equal((await vireo.stats('v')).watchCount, 1)
  const again = await vireo.restarted()
  assert.equal(listed(again).length, bad.length)
  const gauge = await again.metrics.registry.getSingleMetric('vireo_dead_letters')!.get()
  assert.equal(gauge.values[0]!.value, bad.length)
})

test('a record that a later version can read is applied by a replay, once, and stays so', async (t) => {
  const older = await vireoForTests(t)
  await older.put('v')
  await older.vireo.eventLog.append([eventRecord({ type: Type.Like })])
  await older.vireo.close()
  const { clock, config } = older
  const holding = await vireoForTests(t, { config, clock, read: readWithoutLikes })
  assert.deepEqual(listed(holding), ['events RECORD_NEWER'])
  assert.deepEqual(await replayed(holding), { applied: 0, left: 1 })
  await holding.vireo.close()
  const mended = await vireoForTests(t, { config, clock })
  assert.equal((await mended.stats('v')).likeCount, 0)
  assert.deepEqual(await replayed(mended), { applied: 1, left: 0 })
  assert.deepEqual(await replayed(mended), { applied: 0, left: 0 })
  for (const vireo of [mended, await mended.restarted(), await mended.afterCrash({ onlyLog: true })]) {
    assert.deepEqual([(await vireo.stats('v')).likeCount, listed(vireo)], [1, []])
  }
})

test('a version of a video that was kept aside does not undo a newer one', async (t) => {
  const before = await vireoForTests(t)
  await before.vireo.eventLog.append([recordOf('catalog', encoded(VideoRecord, nameless), 'v')])
  const vireo = await before.restarted()
  assert.deepEqual(listed(vireo), ['catalog RECORD_INVALID'])
  await vireo.put('v')
  assert.deepEqual(listed(vireo), [])
})

test('a record of an older version, without what was added since, is applied', async (t) => {
  const before = await vireoForTests(t)
  await before.put('v')
  // As protobuf has it: the type, the person, the id, the time, the video and how long it was watched.
  await before.vireo.eventLog.append([eventRecord()])
  const vireo = await before.restarted()
  assert.deepEqual([listed(vireo), (await vireo.stats('v')).watchCount], [[], 1])
})
