import { existsSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../../log.ts'
import type { ModelRuntime } from '../../models/serving/model-runtime.ts'
import type { Graph } from '../../ports/graph-runtime.ts'
import type { Ranker } from '../../ports/ranker.ts'
import type { VectorIndex } from '../../ports/vector-index.ts'
import { loadArtifactAside } from './artifact-client.ts'
import { onnxRuntime } from './onnx-runtime.ts'
import { openRankerPool, type RankerMeter, type RankerPool, type RankerPoolOptions } from './ranker-pool.ts'
import { openVectorIndex } from './vector-index.ts'

export interface EmbeddedModelsOptions
  extends Pick<RankerPoolOptions, 'workers' | 'maxWaiting' | 'lateMs' | 'hungMs' | 'warmUpVideos' | 'script'> {
  /** Where indexes are saved, a file a model. */
  readonly folder: string
  readonly meter: RankerMeter
  readonly log: Pick<Log, 'warn'>
}

/** Models in this process: graphs by ONNX Runtime, rankers in threads, indexes that outlive the process. */
export class EmbeddedModels implements ModelRuntime {
  readonly #options: EmbeddedModelsOptions
  readonly #pools = new Set<RankerPool>()

  constructor(options: EmbeddedModelsOptions) {
    this.#options = options
  }

  /** Threads that hang in native code. Until they come back, the process can only be killed. */
  get hanging(): number {
    return [...this.#pools].reduce((sum, { lost }) => sum + lost, 0)
  }

  load = loadArtifactAside

  openGraph(file: string): Promise<Graph> {
    return onnxRuntime.open(file)
  }

  async openRanker(file: string): Promise<Ranker> {
    const pool = await openRankerPool({ file, ...this.#options })
    for (const other of this.#pools) if (other.isClosed && other.lost === 0) this.#pools.delete(other)
    this.#pools.add(pool)
    return pool
  }

  async openIndex(model: string, width: number, itemOf: (label: bigint) => number): Promise<VectorIndex> {
    const file = this.#fileOf(model)
    if (!existsSync(file)) return openVectorIndex({ width })
    try {
      return await openVectorIndex({ width, from: { file, itemOf } })
    } catch (err) {
      this.#options.log.warn({ err }, 'the saved vectors of videos are of no use: they are made anew')
      return openVectorIndex({ width })
    }
  }

  async saveIndex(model: string, index: VectorIndex, labelOf: (item: number) => bigint): Promise<void> {
    const { folder } = this.#options
    await mkdir(folder, { recursive: true })
    await index.save(this.#fileOf(model), labelOf)
    for (const name of await readdir(folder)) if (join(folder, name) !== this.#fileOf(model)) await rm(join(folder, name), { force: true })
  }

  #fileOf(model: string): string {
    return join(this.#options.folder, `${model}.index`)
  }
}
