import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hourMs } from '../clock.ts'
import { LakeWithSamples, servedMs } from '../samples/samples-for-tests.ts'
import { calibrationHistory } from './calibration-history.ts'
import { looksInto } from './looks-for-tests.ts'

const never = new AbortController().signal

test('the history adds up pages by hour, and all hours by category', async (context) => {
  const samples = await LakeWithSamples.open(context)
  const item = (videoId: string, categories: string[]) => ({ videoId, categories, lengthMs: 60_000, terms: [0.25], source: 0 })
  for (const hour of [0, 1]) {
    const slateId = `s${hour}`
    const items = [item('a', ['cats', 'dogs']), item('b', ['cats'])]
    const timeMs = servedMs + hour * hourMs
    await samples.add(
      samples.slate(slateId, [], { items: items as never, terms: ['like'], model: 'feed/1', sources: ['trending'], timeMs }),
      samples.event('Impression', slateId, 'b', { timeMs }),
      samples.event('Like', slateId, 'a', { timeMs }),
    )
  }
  const looked = await calibrationHistory(looksInto(samples.lake), 24, servedMs + 3 * hourMs, 72, never)
  if (!('found' in looked)) assert.fail(looked.problem)
  const row = ({ actual, judged, predicted }: { actual: number; judged: bigint; predicted: number }) => [judged, predicted, actual]
  const hourOf = ({ hour }: { hour: { seconds: bigint } | undefined }) => Number(hour!.seconds) * 1_000
  assert.deepEqual(
    looked.found.hours.map((each) => [hourOf(each), each.model, each.task, ...row(each)]),
    [0, 1].map((hour) => [Date.UTC(2026, 0, 15, 7 + hour), 'feed/1', 'like', 2n, 0.5, 1]),
  )
  assert.deepEqual(
    looked.found.categories.map((each) => [each.category, ...row(each)]),
    [
      ['dogs', 2n, 0.5, 2],
      ['cats', 4n, 1, 2],
    ],
  )
  assert.equal(looked.found.categoriesTotal, 2)
})
