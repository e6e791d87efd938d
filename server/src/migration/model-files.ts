import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { VireoError } from '../errors.ts'
import type { ModelFiles } from './side.ts'

/** Copies all models and choices that are not there yet; nothing where models stay. Returns how many files there are. Throws `MIGRATION_TARGET_NOT_EMPTY` where another file has the name. */
export async function copyModels(
  from: ModelFiles | undefined,
  to: ModelFiles | undefined,
  tempFolder: string,
  signal: AbortSignal,
  onDone: (done: number, total: number) => void,
): Promise<number> {
  if (from === undefined || to === undefined) return 0
  const paths = await from.list()
  for (const [at, path] of paths.entries()) {
    signal.throwIfAborted()
    await copy(from, to, path, join(tempFolder, randomUUID()))
    onDone(at + 1, paths.length)
  }
  return paths.length
}

async function copy(from: ModelFiles, to: ModelFiles, path: string, aside: string): Promise<void> {
  const [wanted, found] = await Promise.all([from.digest(path), to.digest(path)])
  if (found === undefined) {
    try {
      await from.fetch(path, aside)
      await to.put(path, aside)
    } finally {
      await rm(aside, { force: true })
    }
    if ((await to.digest(path)) === wanted) return
  }
  if (found === wanted) return
  const message = `there is another ${path} among the models already`
  throw new VireoError({ code: 'MIGRATION_TARGET_NOT_EMPTY', message, fault: 'client', retryable: false })
}
