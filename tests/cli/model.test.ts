import assert from 'node:assert/strict'
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { artifactWith, tinyArtifact } from '../../server/src/models/artifact-for-tests.ts'
import { newFolder, vireo } from './vireo.ts'

test('a model that a server would take is checked and shown', async () => {
  const checked = await vireo(['model', 'check', tinyArtifact])
  assert.deepEqual([checked.code, checked.err], [0, ''])
  assert.match(checked.out, /feed@1, as this version makes them/)
  assert.match(checked.out, /ranker +│ int8/)
  assert.match(checked.out, /A server would take it\.\n$/)
  const json = JSON.parse((await vireo(['model', 'check', tinyArtifact, '--json'])).out)
  assert.partialDeepStrictEqual(json, {
    name: 'tiny',
    version: '1',
    featureSet: 'feed@1',
    trainedVideos: { retrieval: 4, ranking: 4 },
    videoVectors: 5,
  })
  const shown = await vireo(['model', 'show', tinyArtifact])
  assert.equal(shown.code, 0)
  for (const said of [/1,000 samples from 2022-04-25/, /a twin trained on 900 samples/, /long_view +│ binary/, /recall@100 +│ 0.25/]) {
    assert.match(shown.out, said)
  }
})

test('a model that a server would refuse ends with 3, and says why and what to do', async () => {
  const damaged = join(newFolder(), '1')
  cpSync(tinyArtifact, damaged, { recursive: true })
  rmSync(join(damaged, 'ranker.fp16.onnx'))
  const missing = await vireo(['model', 'check', damaged])
  assert.deepEqual([missing.code, missing.out], [3, ''])
  assert.equal(missing.err, 'ARTIFACT_FILE_MISSING: The file ranker.fp16.onnx is missing. Copy the whole folder again.\n')
  const other = artifactWith(join(newFolder(), '1'), (manifest) => Object.assign(manifest, { featureSet: 'feed@9' }))
  assert.match((await vireo(['model', 'check', other])).err, /^ARTIFACT_FEATURES_OTHER: The model reads feed@9, this server makes feed@1/)
  assert.match((await vireo(['model', 'show', newFolder()])).err, /^ARTIFACT_MISSING: .* `vireo train` makes one\.\n$/)
})

test('training and judging of models have help with examples, and refuse wrong usage', async () => {
  for (const command of [['train'], ['model', 'check'], ['model', 'show'], ['evaluate']]) {
    const { code, out } = await vireo([...command, '--help'])
    assert.deepEqual([code, /Examples:\n {2}vireo /.test(out)], [0, true])
  }
  const expected = [
    [['train', 'everything'], /Allowed choices are retrieval, ranking, all/],
    [['train', '--seed', 'x'], /whole number/],
    [['evaluate', '--seeds', '2'], /--quick, --seeds and --work belong to --models/],
    [['evaluate', '--models', '--day', '2022-05-05'], /cannot be used with option '--day/],
  ] as const
  for (const [args, said] of expected) {
    const { code, out, err } = await vireo(args)
    assert.deepEqual([code, out], [2, ''])
    assert.match(err, said)
  }
  const noLake = await vireo(['train'])
  assert.match(noLake.err, /LAKE_MISSING/)
})
