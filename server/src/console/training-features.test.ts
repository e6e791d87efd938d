import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { hourMs } from '../clock.ts'
import { FeedVectors } from '../features/vector/feed-vectors.ts'
import { FeatureRecord } from '../generated/vireo/record/v1/records.ts'
import { tinyArtifact } from '../models/artifact-for-tests.ts'
import { readManifest } from '../models/read-manifest.ts'
import type { ServingModel } from '../models/serving/serving-model.ts'
import { featureBin } from '../models/watching/bins.ts'
import { LakeWithSamples, servedMs } from '../samples/samples-for-tests.ts'
import { LakeLooks } from './lake-looks.ts'
import { looksInto } from './looks-for-tests.ts'
import { TrainingFeatures } from './training-features.ts'

const never = new AbortController().signal

/** The first feature of candidates is their length in ms; all others are 0. */
const page = (slateId: string, timeMs: number, lengths: readonly number[], featureSet = 'feed@1') =>
  FeatureRecord.fromPartial({
    slateId,
    person: 'ann',
    timeMs,
    featureSet,
    personValues: new Array<number>(FeedVectors.personWidth).fill(0),
    items: lengths.map((length, at) => ({ videoId: `v${at}`, values: [length, ...new Array<number>(FeedVectors.itemWidth - 1).fill(0)] })),
  })

/** Of a model that was trained on the hour of `servedMs`. */
async function trained(version = '1'): Promise<Pick<ServingModel, 'distributions' | 'id' | 'manifest'>> {
  const manifest = await readManifest(tinyArtifact)
  const training = { ...manifest.training, fromMs: servedMs, untilMs: servedMs + hourMs }
  return { id: `tiny/${version}`, manifest: { ...manifest, version, training }, distributions: undefined }
}

async function opened(context: TestContext) {
  const samples = await LakeWithSamples.open(context)
  let looked = 0
  const looks = looksInto(samples.lake, () => looked++)
  return { samples, training: new TrainingFeatures(looks), looked: () => looked }
}

test('training is what the lake has of the training window, in the bins in which serving counts', async (context) => {
  const { samples, training } = await opened(context)
  const lengths = [-1, 0, 1, 2, 3, 4, 7, 8, 1_023, 1_024, 2 ** 31, 2 ** 40]
  await samples.add(
    page('in', servedMs, lengths),
    page('before', servedMs - 1, [5]),
    page('after', servedMs + hourMs + 1, [5]),
    page('other', servedMs, [5], 'feed@2'),
  )
  const found = await training.of(await trained(), servedMs, never)
  assert.deepEqual([found.counted, found.rows, found.problem], [false, lengths.length, ''])
  const counted = new Array<number>(36).fill(0)
  for (const length of lengths) counted[featureBin(length)]!++
  assert.deepEqual(found.bins.get('video_length_ms'), counted)
  // The person's side counts once a page.
  assert.deepEqual(found.bins.get('session_ms')![featureBin(0)], 1)
})

test('what training has counted itself is told as it is, and the lake is not asked', async (context) => {
  const { looked, training } = await opened(context)
  const counts = Array.from({ length: 36 }, (_, bin) => bin)
  const distributions = { pages: 9, samples: 630, bins: { video_length_ms: counts } }
  const { bins, counted, problem, rows } = await training.of({ ...(await trained()), distributions }, servedMs, never)
  assert.deepEqual([bins.get('video_length_ms'), counted, problem, rows, looked()], [counts, true, '', 630, 0])
})

test('what was found is kept for the model; what was not is looked for again after a while', async (context) => {
  const { looked, samples, training } = await opened(context)
  assert.equal((await training.of(await trained(), servedMs, never)).rows, 0)
  await samples.add(page('in', servedMs, [1, 2]))
  assert.equal((await training.of(await trained(), servedMs + 60_000, never)).rows, 0)
  assert.equal(looked(), 1)
  for (const minutes of [11, 60]) assert.equal((await training.of(await trained(), servedMs + minutes * 60_000, never)).rows, 2)
  assert.equal(looked(), 2)
  await training.of(await trained('2'), servedMs, never)
  assert.equal(looked(), 3)
})

test('without a lake it says so, and of a caller who has gone it hears nothing', async () => {
  const training = new TrainingFeatures(new LakeLooks(async () => undefined))
  assert.deepEqual(await training.of(await trained(), servedMs, never), {
    counted: false,
    rows: 0,
    bins: new Map(),
    problem: 'There is no lake.',
  })
  await assert.rejects(training.of(await trained(), servedMs, AbortSignal.abort(new Error('gone'))), /gone/)
})
