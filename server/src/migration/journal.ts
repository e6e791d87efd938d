import { open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { VireoError } from '../errors.ts'
import type { Extent } from '../ports/event-log.ts'
import type { MovedRecords } from './move-records.ts'

export type Direction = 'to-engines' | 'to-folder'

/** How far a migration is: what it was begun with, and what needs not be done again. */
export interface Progress {
  readonly version: 1
  readonly direction: Direction
  /** The engines, in words. */
  readonly engines: string
  /** The old log. */
  readonly from: readonly Extent[]
  /** The new log, before anything was written to it. */
  readonly to: readonly Extent[]
  /** Set when all records are in the new log and lake. */
  readonly moved?: MovedRecords & { readonly unreadable: number; readonly seconds: number }
  /** Set when all is there and was checked. */
  readonly isDone?: true
}

export const journalName = 'migration.json'

/** The progress of a migration, as a file of the data folder. */
export class Journal {
  readonly #path: string
  #progress: Progress | undefined

  private constructor(path: string, progress: Progress | undefined) {
    this.#path = path
    this.#progress = progress
  }

  /** Throws `MIGRATION_OTHER` where the folder is part of another migration. */
  static async open(folder: string, direction: Direction, engines: string): Promise<Journal> {
    const path = join(folder, journalName)
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    const progress = text === undefined ? undefined : (JSON.parse(text) as Progress)
    if (progress !== undefined && (progress.direction !== direction || progress.engines !== engines)) {
      const message = `${path} tells of a migration ${progress.direction} with ${progress.engines} that is not finished`
      throw new VireoError({ code: 'MIGRATION_OTHER', message, fault: 'client', retryable: false })
    }
    return new Journal(path, progress)
  }

  /** Undefined before the first step. */
  get progress(): Progress | undefined {
    return this.#progress
  }

  async write(progress: Progress): Promise<void> {
    const aside = `${this.#path}.new`
    const file = await open(aside, 'w', 0o600)
    try {
      await file.writeFile(`${JSON.stringify(progress, null, 2)}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(aside, this.#path)
    const folder = await open(dirname(this.#path))
    await folder.sync().finally(() => folder.close())
    this.#progress = progress
  }

  async remove(): Promise<void> {
    await rm(this.#path, { force: true })
    this.#progress = undefined
  }
}
