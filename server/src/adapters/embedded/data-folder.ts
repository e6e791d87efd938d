import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
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

/** Takes the folder. Throws `DATA_DIR_IN_USE` where another process has it. The lock goes with the process, however that ends. */
export function openDataFolder(folder: string): DataFolder {
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
