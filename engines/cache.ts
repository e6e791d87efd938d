import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from './folders.ts'

/** The folder in the cache, filled by `fill` where it isn't there. Of several that fill it at once one wins, and a broken attempt leaves nothing. */
export async function cached(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder, name)
  if (existsSync(folder)) return folder
  const attempt = `${folder}.${randomUUID()}`
  mkdirSync(attempt, { recursive: true })
  try {
    console.error(`Fetching ${name} into ${cacheFolder} …`)
    await fill(attempt)
    if (!existsSync(folder)) renameSync(attempt, folder)
  } finally {
    rmSync(attempt, { recursive: true, force: true })
  }
  return folder
}
