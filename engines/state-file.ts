import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Layout } from './engine.ts'
import type { Pid } from './processes.ts'

/** What is known of an engine, as `engine.json` in its folder. */
export interface State {
  readonly engine: string
  /** Who starts it, and in an engine of one's own also who ends it. */
  readonly owner: Pid
  readonly since: string
  /** Absent until it was laid out. */
  readonly layout?: Layout
  readonly processes: readonly Pid[]
  readonly isReady: boolean
}

const fileOf = (folder: string) => join(folder, 'engine.json')

export function readState(folder: string): State | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(folder), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

export function writeState(folder: string, state: State): void {
  const complete = written(folder, state)
  renameSync(complete, fileOf(folder))
}

/** Writes the first state; false where somebody else has. */
export function claim(folder: string, state: State): boolean {
  const complete = written(folder, state)
  try {
    linkSync(complete, fileOf(folder))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(complete)
  }
}

function written(folder: string, state: State): string {
  const file = `${fileOf(folder)}.${randomUUID()}`
  // It holds credentials.
  writeFileSync(file, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 })
  return file
}
