import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidInput } from '../errors.ts'
import type { FeatureSet } from '../features/vector/feature-set.ts'
import type { Graph, GraphRuntime } from '../ports/graph-runtime.ts'
import { type Distributions, readDistributions } from './distributions.ts'
import { checkFile, checkGraphs } from './graph-inputs.ts'
import { type GraphEntry, graphsOf, type Manifest } from './manifest.ts'
import { type Parity, paritySchema, type Replayed, replayParity } from './parity.ts'
import { checked, json, readManifest } from './read-manifest.ts'
import { checkFeatures } from './same-features.ts'
import { readTrainedVideos, type TrainedVideos } from './trained-videos.ts'
import { verifyFiles } from './verify-files.ts'
import { readVideoVectors, type VideoVectors } from './video-vectors.ts'

/** A model as training left it, of which everything was checked. */
export interface Artifact {
  readonly folder: string
  readonly manifest: Manifest
  /** Undefined where it has no towers. */
  readonly retrieval: { readonly trainedVideos: TrainedVideos; readonly videoVectors: VideoVectors } | undefined
  /** Undefined where it has no ranker. */
  readonly ranking: { readonly trainedVideos: TrainedVideos } | undefined
  /** Undefined where training kept none. */
  readonly distributions: Distributions | undefined
  /** How near each graph comes to what it gave where it was trained. */
  readonly parity: readonly Replayed[]
}

export interface LoadOptions {
  readonly runtime: GraphRuntime
  /** What this server makes. */
  readonly featureSet: FeatureSet
  readonly signal: AbortSignal
}

/**
 * Loads the folder of an artifact, or refuses it with the first thing that does not hold: `ARTIFACT_MISSING`,
 * `ARTIFACT_FORMAT_UNKNOWN`, `ARTIFACT_MANIFEST_WRONG`, `ARTIFACT_FILE_MISSING`, `ARTIFACT_FILE_EXTRA`,
 * `ARTIFACT_FILE_CHANGED`, `ARTIFACT_FEATURES_OTHER`, `ARTIFACT_INPUT_UNKNOWN`, `ARTIFACT_GRAPH_WRONG`,
 * `ARTIFACT_PARITY_MISSED`.
 */
export async function loadArtifact(folder: string, { runtime, featureSet, signal }: LoadOptions): Promise<Artifact> {
  const manifest = await readManifest(folder)
  await verifyFiles(folder, manifest, signal)
  checkFeatures(manifest, featureSet)
  checkGraphs(manifest, featureSet)
  const retrieval = manifest.retrieval && {
    trainedVideos: await readTrainedVideos(folder, manifest.retrieval.trainedVideos),
    videoVectors: await readVideoVectors(folder, manifest.retrieval.videoVectors),
  }
  const ranking = manifest.ranking && { trainedVideos: await readTrainedVideos(folder, manifest.ranking.trainedVideos) }
  const distributions = await readDistributions(folder, manifest)
  const parity = checked(paritySchema, manifest.parity, json(manifest.parity, await readFile(join(folder, manifest.parity), 'utf8')))
  const replayed = await replayAll(folder, manifest, parity, runtime, signal)
  return { folder, manifest, retrieval: retrieval ?? undefined, ranking: ranking ?? undefined, distributions, parity: replayed }
}

async function replayAll(
  folder: string,
  manifest: Manifest,
  parity: Parity,
  runtime: GraphRuntime,
  signal: AbortSignal,
): Promise<Replayed[]> {
  const replayed: Replayed[] = []
  for (const [graph, precision, entry] of graphsOf(manifest)) {
    const name = `${graph}.${precision}`
    const opened = await openGraph(name, join(folder, entry.file), entry, runtime)
    try {
      replayed.push(await replayParity(opened, { graph, precision, tolerance: manifest.tolerances[precision] }, parity, signal))
    } finally {
      await opened.close()
    }
  }
  return replayed
}

async function openGraph(name: string, file: string, entry: GraphEntry, runtime: GraphRuntime): Promise<Graph> {
  const graph = await runtime.open(file).catch((cause: Error) => {
    throw new InvalidInput('ARTIFACT_GRAPH_WRONG', name, `the graph ${name} is of no use: ${cause.message}`)
  })
  try {
    checkFile(name, entry, graph)
    return graph
  } catch (error) {
    await graph.close()
    throw error
  }
}
