import { join } from 'node:path'
import type { Catalog } from '../../catalog/catalog.ts'
import type { Artifact } from '../artifact.ts'
import { type GraphName, precisions } from '../manifest.ts'
import { VideoRows } from './model-rows.ts'
import type { ModelRuntime } from './model-runtime.ts'
import { type RankingParts, ServingModel } from './serving-model.ts'
import { VideoEmbedder } from './video-embedder.ts'

export interface OpenParts {
  readonly runtime: ModelRuntime
  readonly catalog: Catalog
  /** Most candidates of a request. */
  readonly capacity: number
  readonly lightCapacity: number
  readonly signal: AbortSignal
  onError(error: unknown): void
}

export interface Opened {
  readonly model: ServingModel
  /** What its vectors lack; undefined where it has no towers. */
  readonly lacks: Pick<VideoEmbedder, 'otherWidth' | 'withoutVector'> | undefined
  /** Saves the index, where something in it has changed, so that the next start need not build it. */
  save(): Promise<void>
  close(): Promise<void>
}

/** Opens a model for serving, with an index of its own that holds the whole catalogue. What fails half-way is closed again. */
export async function openModel(artifact: Artifact, parts: OpenParts): Promise<Opened> {
  await using opened = new AsyncDisposableStack()
  const { distributions, manifest } = artifact
  const { capacity, catalog, lightCapacity, runtime, signal } = parts
  const adopt = <Part extends { close(): Promise<void> }>(part: Part) => opened.adopt(part, (each) => each.close())
  const id = `${manifest.name}-${manifest.version}`
  const itemOf = (label: bigint) => catalog.ids.findHash(Number(label >> 32n), Number(label & 0xffff_ffffn))
  const fileOf = (graph: GraphName) => join(artifact.folder, smallest(artifact, graph))
  const retrieval = artifact.retrieval && {
    trainedVideos: artifact.retrieval.trainedVideos,
    personTower: adopt(await runtime.openGraph(fileOf('person_tower'))),
    index: adopt(await runtime.openIndex(id, artifact.retrieval.videoVectors.width, itemOf)),
  }
  const ranking: RankingParts | undefined = artifact.ranking && {
    trainedVideos: artifact.ranking.trainedVideos,
    ranker: adopt(await runtime.openRanker(fileOf('ranker'))),
    light: adopt(await runtime.openGraph(fileOf('ranker'))),
    capacity,
    lightCapacity,
  }
  const model = new ServingModel({ manifest, distributions, catalog, retrieval, ranking })
  let embedder: VideoEmbedder | undefined
  if (retrieval !== undefined) {
    const tower = adopt(await runtime.openGraph(fileOf('video_tower')))
    const videoRows = new VideoRows(catalog.ids, retrieval.trainedVideos, manifest.hashing.tables.videos)
    const embeddings = tower.inputs.find(({ name }) => name === 'embeddings')
    embedder = new VideoEmbedder({
      catalog,
      rows: model.rows,
      videoRows,
      tower,
      index: retrieval.index,
      embeddingWidth: embeddings?.shape[1] ?? 0,
      onError: parts.onError,
    })
    adopt(embedder)
    catalog.observers.push(embedder)
    opened.defer(() => void catalog.observers.splice(catalog.observers.indexOf(embedder!), 1))
    await embedder.fill(artifact.retrieval!.videoVectors, signal)
  }
  const labelOf = (slot: number) => (BigInt(catalog.ids.high[slot]!) << 32n) | BigInt(catalog.ids.low[slot]!)
  let savedChanges = 0
  const parting = opened.move()
  return {
    model,
    lacks: embedder,
    async save() {
      if (embedder === undefined || embedder.changes === savedChanges) return
      const { changes } = embedder
      await runtime.saveIndex(id, retrieval!.index, labelOf)
      savedChanges = changes
    },
    close: () => parting.disposeAsync(),
  }
}

/** The graph's file in the smallest precision that the artifact has. */
function smallest({ manifest }: Artifact, graph: GraphName): string {
  const found = precisions.toReversed().flatMap((precision) => manifest.graphs[graph]?.[precision]?.file ?? [])
  return found[0]!
}
