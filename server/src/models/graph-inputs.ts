import { categoriesPerVideo } from '../catalog/video-columns.ts'
import { InvalidInput } from '../errors.ts'
import type { FeatureSet, NamedFeature } from '../features/vector/feature-set.ts'
import { recentLength } from '../features/vector/recent.ts'
import type { Graph, NumberType, TensorType } from '../ports/graph-runtime.ts'
import { wordsPerVideo } from './hashing.ts'
import { type GraphEntry, type GraphName, graphsOf, type Manifest, type TensorEntry } from './manifest.ts'

/** N: one a video. E: as wide as the embeddings from outside are. D: as wide as the vectors of the towers. T: binary tasks. */
type Size = number | 'N' | 'E' | 'D' | 'T'
type Known = readonly [NumberType, readonly Size[]]

/** All that a server can give a graph, which takes what it needs of it: first the person's side, then that of N videos. */
export function graphInputs({ personFeatures, itemFeatures }: FeatureSet): Readonly<Record<string, Known>> {
  return {
    person_values: ['float32', [1, numbersIn(personFeatures)]],
    recent_ids: ['int64', [1, recentLength, 2]],
    recent_creators: ['int64', [1, recentLength]],
    recent_audios: ['int64', [1, recentLength]],
    recent_categories: ['int64', [1, recentLength, categoriesPerVideo]],
    recent_lengths_ms: ['float32', [1, recentLength]],
    recent_outcomes: ['int64', [1, recentLength]],
    recent_gaps_s: ['float32', [1, recentLength]],
    recent_watch_ratios: ['float32', [1, recentLength]],
    surface: ['int64', [1]],
    device: ['int64', [1]],
    network_kbps: ['float32', [1]],
    hour_of_day: ['int64', [1]],
    weekday: ['int64', [1]],
    ids: ['int64', ['N', 2]],
    creators: ['int64', ['N']],
    audios: ['int64', ['N']],
    categories: ['int64', ['N', categoriesPerVideo]],
    lengths_ms: ['float32', ['N']],
    words: ['int64', ['N', wordsPerVideo]],
    embeddings: ['float32', ['N', 'E']],
    item_values: ['float32', ['N', numbersIn(itemFeatures)]],
  }
}

const graphOutputs: Readonly<Record<GraphName, Readonly<Record<string, Known>>>> = {
  person_tower: { vector: ['float32', [1, 'D']] },
  video_tower: { vectors: ['float32', ['N', 'D']] },
  ranker: { logits: ['float32', ['N', 'T']], watch_ms: ['float32', ['N']] },
}

/** Lists are inputs of their own. */
const numbersIn = (features: readonly NamedFeature[]) => features.filter(({ length }) => length === undefined).length

/**
 * Throws `ARTIFACT_INPUT_UNKNOWN` where a graph takes what no server gives, `ARTIFACT_GRAPH_WRONG` where it takes or gives
 * something in another shape.
 */
export function checkGraphs(manifest: Manifest, featureSet: FeatureSet): void {
  const inputs = graphInputs(featureSet)
  const tasks = (manifest.ranking?.tasks ?? []).filter(({ kind }) => kind === 'binary').length
  const sizes = new Map<Size, number>([['T', tasks]])
  if (manifest.retrieval !== null) sizes.set('D', manifest.retrieval.videoVectors.width)
  for (const [name, precision, graph] of graphsOf(manifest)) {
    const of = `${name}.${precision}`
    for (const { name: input } of graph.inputs) {
      if (inputs[input] === undefined)
        throw new InvalidInput('ARTIFACT_INPUT_UNKNOWN', `${of}.${input}`, `the graph ${of} takes ${input}, which a server does not know`)
    }
    const outputs = graphOutputs[name]
    for (const entry of graph.inputs) checkTensor(of, entry, inputs[entry.name]!, sizes)
    for (const output of Object.keys(outputs))
      if (!graph.outputs.some((entry) => entry.name === output)) throw wrong(of, `does not give ${output}`)
    for (const entry of graph.outputs) {
      const known = outputs[entry.name]
      if (known === undefined) throw wrong(of, `gives ${entry.name}, which a server does not know`)
      checkTensor(of, entry, known, sizes)
    }
  }
}

/** A letter is of one size in all graphs. */
function checkTensor(of: string, { name, type, shape }: TensorEntry, [knownType, known]: Known, sizes: Map<Size, number>): void {
  const fits = shape.length === known.length && shape.every((size, at) => fitsIn(size, known[at]!, sizes))
  if (type === knownType && fits) return
  const wanted = known.map((size) => sizes.get(size) ?? size)
  throw wrong(of, `has ${name} as ${type} [${shape.join(', ')}], which is ${knownType} [${wanted.join(', ')}]`)
}

function fitsIn(size: number | 'N', known: Size, sizes: Map<Size, number>): boolean {
  if (typeof known === 'number' || known === 'N') return size === known
  if (size === 'N') return false
  if (!sizes.has(known)) sizes.set(known, size)
  return sizes.get(known) === size
}

/** Throws `ARTIFACT_GRAPH_WRONG` where a graph's file takes or gives something else than the manifest says. */
export function checkFile(of: string, entry: GraphEntry, file: Pick<Graph, 'inputs' | 'outputs'>): void {
  for (const side of ['inputs', 'outputs'] as const) {
    const agreed = entry[side].filter((said) => file[side].some((found) => agree(said, found)))
    if (agreed.length === entry[side].length && agreed.length === file[side].length) continue
    throw wrong(of, `has the ${side} ${file[side].map(asText).join(', ')}; the manifest says ${entry[side].map(asText).join(', ')}`)
  }
}

/** What the file leaves open, the manifest may fix. */
const agree = (said: TensorEntry, found: TensorType) =>
  said.name === found.name &&
  said.type === found.type &&
  said.shape.length === found.shape.length &&
  found.shape.every((size, at) => size === undefined || size === said.shape[at])

const asText = ({ name, type, shape }: TensorEntry | TensorType) => `${name} (${type} [${shape.map((size) => size ?? 'N').join(', ')}])`

const wrong = (of: string, what: string) => new InvalidInput('ARTIFACT_GRAPH_WRONG', of, `the graph ${of} ${what}`)
