import assert from 'node:assert/strict'
import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { onnxRuntime } from '../adapters/embedded/onnx-runtime.ts'
import { feedFeatureSet } from '../features/vector/feed-feature-set.ts'
import { loadArtifact } from './artifact.ts'
import { artifactWith, tinyArtifact } from './artifact-for-tests.ts'

const folders = mkdtempSync(join(tmpdir(), 'vireo-artifacts-'))
after(() => rmSync(folders, { recursive: true }))

const newFolder = () => join(mkdtempSync(join(folders, 'test-')), '1')
const load = (folder: string) =>
  loadArtifact(folder, { runtime: onnxRuntime, featureSet: feedFeatureSet, signal: new AbortController().signal })

function copy(): string {
  const folder = newFolder()
  cpSync(tinyArtifact, folder, { recursive: true })
  return folder
}

const changed = (change: Parameters<typeof artifactWith>[1]) => artifactWith(newFolder(), change)

/** Rejects with the code, and says what is at fault. */
const refused = (folder: string, code: string, ...said: RegExp[]) =>
  assert.rejects(load(folder), (error: Error & { code: string }) => {
    assert.equal(error.code, code, error.message)
    for (const each of said) assert.match(error.message, each)
    return true
  })

test('an artifact as training wrote it loads, and all its graphs compute what they did there', async () => {
  const { manifest, parity, retrieval, ranking } = await load(tinyArtifact)
  assert.equal(`${manifest.name} ${manifest.version}`, 'tiny 1')
  assert.equal(parity.length, 9)
  for (const { largest, tolerance, cases } of parity) assert.ok(cases > 0 && largest <= tolerance)
  assert.deepEqual(retrieval?.videoVectors.ids, ['0', '1', '17', 'videó', '视频'])
  assert.equal(retrieval.videoVectors.values.length, 5 * retrieval.videoVectors.width)
  assert.deepEqual(
    ['0', '1', '17', 'videó', '视频', 'x'].map((id) => retrieval.trainedVideos.has(id)),
    [false, true, true, true, true, false],
  )
  assert.equal(ranking?.trainedVideos.count, 4)
})

test('the model of the sample that comes with Vireo is one that a server takes', async () => {
  const registry = join(import.meta.dirname, '../../../models/feed')
  const versions = readdirSync(registry)
  assert.ok(versions.length > 0)
  for (const version of versions) {
    const { manifest, parity } = await load(join(registry, version))
    assert.equal(manifest.version, version)
    assert.equal(parity.length, 9)
    const bytes = Object.values(manifest.files).reduce((total, file) => total + file.bytes, 0)
    assert.ok(bytes < 10_000_000, `${bytes}`)
  }
})

test('how features were distributed in training is read where it was kept, and has to be whole', async () => {
  const bins = (count: number) => ({ pages: 1, samples: 1, bins: { video_length_ms: new Array<number>(count).fill(0) } })
  const withBins = (count: number) =>
    changed((manifest, file) => {
      Object.assign(manifest, { distributions: 'distributions.json' })
      Object.assign(manifest.files, { 'distributions.json': { bytes: 0, sha256: '' } })
      writeFileSync(file('distributions.json'), JSON.stringify(bins(count)))
    })
  assert.equal((await load(tinyArtifact)).distributions, undefined)
  assert.deepEqual((await load(withBins(36))).distributions, bins(36))
  await refused(withBins(35), 'ARTIFACT_MANIFEST_WRONG', /distributions.json, bins.video_length_ms/)
  await refused(
    changed((manifest) => Object.assign(manifest, { distributions: 'distributions.json' })),
    'ARTIFACT_MANIFEST_WRONG',
    /must have distributions.json/,
  )
})

test('a changed byte of any file is refused by its name', async () => {
  for (const name of readdirSync(tinyArtifact)) {
    const folder = copy()
    const content = readFileSync(join(folder, name))
    // Of manifests a digit, so that they remain ones.
    const at = name === 'manifest.json' ? content.indexOf('"createdMs": ') + 14 : content.length >> 1
    content[at]! ^= 1
    writeFileSync(join(folder, name), content)
    await refused(folder, 'ARTIFACT_FILE_CHANGED', new RegExp(name === 'manifest.sha256' ? 'manifest.json' : name))
  }
})

test('a file that is missing or not of the artifact is refused by its name', async () => {
  for (const name of ['manifest.sha256', 'ranker.int8.onnx', 'parity.json', 'video_vectors.f16']) {
    const folder = copy()
    rmSync(join(folder, name))
    await refused(folder, 'ARTIFACT_FILE_MISSING', new RegExp(`^the file ${name} `))
  }
  const folder = copy()
  writeFileSync(join(folder, '.DS_Store'), '')
  await load(folder)
  writeFileSync(join(folder, 'ranker.old.onnx'), '')
  await refused(folder, 'ARTIFACT_FILE_EXTRA', /^the file ranker.old.onnx /)
})

test('no folder, one that is still written, half a manifest and a format to come are told apart', async () => {
  await refused(newFolder(), 'ARTIFACT_MISSING')
  const hidden = join(newFolder(), '.1')
  cpSync(tinyArtifact, hidden, { recursive: true })
  await refused(hidden, 'ARTIFACT_MISSING', /not finished/)
  const half = copy()
  truncateSync(join(half, 'manifest.json'), 9_000)
  await refused(half, 'ARTIFACT_MANIFEST_WRONG', /manifest.json is no JSON/)
  await refused(
    changed((manifest) => Object.assign(manifest, { format: 2 })),
    'ARTIFACT_FORMAT_UNKNOWN',
    /format 2/,
  )
})

test('a manifest says nothing that is unknown, and what it names is there', async () => {
  const wrong = async (change: Parameters<typeof changed>[0], said: RegExp) => refused(changed(change), 'ARTIFACT_MANIFEST_WRONG', said)
  await wrong((manifest) => Object.assign(manifest, { colour: 'red' }), /colour/)
  await wrong((manifest) => Object.assign(manifest.hashing, { algorithm: 'md5' }), /hashing.algorithm/)
  await wrong((manifest) => Object.assign(manifest.tolerances, { fp32: 1e-3 }), /tolerances.fp32/)
  await wrong((manifest) => Object.assign(manifest, { parity: '../parity.json' }), /parity/)
  await wrong((manifest) => Object.assign(manifest, { parity: 'other.json' }), /files: must have other.json/)
  await wrong((manifest) => delete manifest.graphs.person_tower, /must have both towers/)
  await wrong((manifest) => manifest.ranking!.tasks.splice(0), /tasks/)
  await wrong((manifest) => Object.assign(manifest, { ranking: null }), /ranking: must be there/)
  await wrong((manifest) => Object.assign(manifest.retrieval!.popularity[0]!, { feature: 'fame' }), /popularity.*fame/)
  await wrong((manifest) => manifest.ranking!.trainedVideos.count++, /trainedVideos/)
  await wrong(
    (_, file) => writeFileSync(file('video_vectors.ids.json'), '["0", "0", "1", "2", "3"]'),
    /4 different ids; the manifest says 5/,
  )
  await wrong((_, file) => {
    const hashes = readFileSync(file('trained_videos.u64'))
    writeFileSync(file('trained_videos.u64'), Buffer.concat([hashes.subarray(8), hashes.subarray(0, 8)]))
  }, /trained_videos.u64 is not in order at 3/)
  await wrong((_, file) => writeFileSync(file('video_vectors.f16'), Buffer.alloc(40, 0xff)), /video_vectors.f16 has NaN for 0/)
})

test('other features than those of the server are refused, naming the first difference', async () => {
  const other = (change: Parameters<typeof changed>[0], ...said: RegExp[]) => refused(changed(change), 'ARTIFACT_FEATURES_OTHER', ...said)
  await other(
    (manifest) => Object.assign(manifest, { featureSet: 'feed@2' }),
    /reads feed@2, this server makes feed@1/,
    /names are the same/,
  )
  await other(
    (manifest) => Object.assign(manifest, { featureSet: 'feed@2', itemFeatures: manifest.itemFeatures.toSpliced(2, 1) }),
    new RegExp(`item feature 3 is ${feedFeatureSet.itemFeatures[3]!.name} for the model and ${feedFeatureSet.itemFeatures[2]!.name} here`),
  )
  await other((manifest) => manifest.itemFeatures.pop(), /both call it feed@1; item feature 266 is none for the model/)
  await other(
    (manifest) => Object.assign(manifest.personFeatures.at(-3)!, { length: 40 }),
    /person feature 92 is recent_outcomes\[40\] for the model and recent_outcomes\[50\] here/,
  )
})

test('a graph takes and gives what a server knows, in its shapes', async () => {
  const ranker = (change: (graph: { inputs: { name: string; shape: unknown }[]; outputs: { name: string; shape: unknown }[] }) => void) =>
    changed((manifest) => change(manifest.graphs.ranker!.int8!))
  await refused(
    ranker(({ inputs }) => Object.assign(inputs[0]!, { name: 'mood' })),
    'ARTIFACT_INPUT_UNKNOWN',
    /ranker.int8 takes mood/,
  )
  const wrong = (folder: string, said: RegExp) => refused(folder, 'ARTIFACT_GRAPH_WRONG', said)
  await wrong(
    ranker(({ inputs }) => Object.assign(inputs[0]!, { shape: [1, 90] })),
    /ranker.int8 has person_values as float32 \[1, 90\], which is float32 \[1, 91\]/,
  )
  await wrong(
    ranker(({ outputs }) => Object.assign(outputs[0]!, { shape: ['N', 3] })),
    /has logits as float32 \[N, 3\], which is float32 \[N, 2\]/,
  )
  await wrong(
    ranker(({ outputs }) => outputs.pop()),
    /ranker.int8 does not give watch_ms/,
  )
  await wrong(
    changed((manifest) => Object.assign(manifest.graphs.person_tower!.fp32!.outputs[0]!, { shape: [1, 5] })),
    /which is float32 \[1, 4\]/,
  )
  // What the file has must be what the manifest says of it.
  await wrong(
    ranker(({ inputs }) => Object.assign(inputs[1]!, { name: 'device' })),
    /ranker.int8 has the inputs .*surface.*; the manifest says .*device/,
  )
  await wrong(
    changed((_, file) => writeFileSync(file('ranker.fp16.onnx'), 'no graph')),
    /ranker.fp16 is of no use: .*can't be opened/,
  )
})

test('a graph that computes something else is refused with graph, precision, output, index, expected and found', async () => {
  type Cases = { cases: { graph: string; expected: Record<string, Record<string, { values: number[] }>> }[] }
  const parity = (change: (cases: Cases['cases']) => void) =>
    changed((_, file) => {
      const parity = JSON.parse(readFileSync(file('parity.json'), 'utf8')) as Cases
      change(parity.cases)
      writeFileSync(file('parity.json'), JSON.stringify(parity))
    })
  const rankers = (cases: Cases['cases']) => cases.filter(({ graph }) => graph === 'ranker')
  await refused(
    parity((cases) => (rankers(cases)[1]!.expected.fp32!.logits!.values[7]! += 1e-3)),
    'ARTIFACT_PARITY_MISSED',
    /^the output ranker.fp32.logits\[7\] is -?[\d.]+, expected is -?[\d.]+ \(tolerance 0.00001\)$/,
  )
  await refused(
    parity((cases) => rankers(cases)[0]!.expected.int8!.watch_ms!.values.pop()),
    'ARTIFACT_PARITY_MISSED',
    /ranker.int8.watch_ms has the shape/,
  )
  await refused(
    parity((cases) => {
      for (const each of rankers(cases)) delete each.expected.fp16
    }),
    'ARTIFACT_PARITY_MISSED',
    /nothing to compare ranker.fp16 with/,
  )
  await refused(
    changed((_, file) => appendFileSync(file('parity.json'), '}')),
    'ARTIFACT_MANIFEST_WRONG',
    /parity.json is no JSON/,
  )
  // A graph in another's place: the file is as vouched for, and computes something else.
  await refused(
    changed((_, file) => cpSync(file('video_tower.int8.onnx'), file('video_tower.fp32.onnx'))),
    'ARTIFACT_PARITY_MISSED',
    /^the output video_tower.fp32.vectors\[/,
  )
})
