import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { VireoError } from '../../errors.ts'

/** A folder that one process owns at a time. */
export interface DataFolder {
  path(name: string): string
  /** A secret of this folder, made when it is first asked for, readable by its owner only. */
  secret(name: string): string
  close(): void
}

/** Made by whoever fills a folder in several steps, until all is there. */
export const fillingName = 'filling'

/**
 * Takes the folder. Throws `DATA_DIR_IN_USE` where another process has it, and `MIGRATION_UNFINISHED` where it is not filled
 * yet, but for whoever fills it. The lock goes with the process, however that ends.
 */
export function openDataFolder(folder: string, { fills = false } = {}): DataFolder {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const lock = new DatabaseSync(join(folder, 'lock'))
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    const message = `Another process uses the data folder ${folder}: stop it, or name another folder with VIREO_DATA_DIR`
    throw new VireoError({ code: 'DATA_DIR_IN_USE', message, fault: 'server', retryable: true, cause })
  }
  const path = (name: string) => join(folder, name)
  if (!fills && existsSync(path(fillingName))) {
    lock.close()
    const message = `The data folder ${folder} is being filled by \`vireo migrate to-folder\`, which has not ended: run it again, or delete the folder`
    throw new VireoError({ code: 'MIGRATION_UNFINISHED', message, fault: 'client', retryable: false })
  }
  return {
    path,
    secret(name) {
      try {
        writeFileSync(path(name), randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx', flush: true })
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      return readFileSync(path(name), 'utf8')
    },
    close: () => lock.close(),
  }
}
