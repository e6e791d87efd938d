import { existsSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../../log.ts'
import type { ModelRuntime } from '../../models/serving/model-runtime.ts'
import type { VectorIndex } from '../../ports/vector-index.ts'
import { openVectorIndex } from './vector-index.ts'

/** Indexes that outlive the process, a file a model in a folder. One that is damaged is built anew. */
export function savedIndexes(folder: string, log: Pick<Log, 'warn'>): Pick<ModelRuntime, 'openIndex' | 'saveIndex'> {
  const nameOf = (model: string) => `${model}.index`
  return {
    async openIndex(model, width, itemOf): Promise<VectorIndex> {
      const file = join(folder, nameOf(model))
      if (!existsSync(file)) return openVectorIndex({ width })
      try {
        return await openVectorIndex({ width, from: { file, itemOf } })
      } catch (err) {
        log.warn({ err }, 'the saved vectors of videos are of no use: they are made anew')
        return openVectorIndex({ width })
      }
    },
    async saveIndex(model, index, labelOf) {
      await mkdir(folder, { recursive: true })
      await index.save(join(folder, nameOf(model)), labelOf)
      for (const name of await readdir(folder)) if (name !== nameOf(model)) await rm(join(folder, name), { force: true })
    },
  }
}
