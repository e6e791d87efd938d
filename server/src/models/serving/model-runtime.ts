import type { Graph } from '../../ports/graph-runtime.ts'
import type { Ranker } from '../../ports/ranker.ts'
import type { VectorIndex } from '../../ports/vector-index.ts'
import type { Artifact } from '../artifact.ts'

/** What opens the parts of a model. */
export interface ModelRuntime {
  /** Loads and checks an artifact away from the event loop; rejects as `loadArtifact` does. */
  load(folder: string, signal: AbortSignal): Promise<Artifact>
  openGraph(file: string): Promise<Graph>
  openRanker(file: string): Promise<Ranker>
  /** Of what was saved under this model's name, where there is something; else empty. `itemOf` is -1 for a label of what is gone. */
  openIndex(model: string, width: number, itemOf: (label: bigint) => number): Promise<VectorIndex>
  /** Saves an index, to be opened under this model's name; those of other models are forgotten. */
  saveIndex(model: string, index: VectorIndex, labelOf: (item: number) => bigint): Promise<void>
}
