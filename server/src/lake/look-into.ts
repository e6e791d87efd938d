import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import type { Lake, Manifest } from '../ports/lake.ts'
import { LakeDatabase } from './database.ts'

/** A lake as it was at one moment, with a database to ask it. */
export interface OpenedLake {
  readonly lake: Lake
  readonly manifest: Manifest
  readonly database: LakeDatabase
}

export interface LookOptions {
  /** Of the folder for what does not fit into memory. */
  readonly name: string
  /** MiB. */
  readonly memoryMb: number
  readonly signal: AbortSignal
}

/** Asks a lake with SQL; its files stay until `use` has ended, and the lake is closed then. */
export async function lookInto<Result>(
  lake: Lake,
  { memoryMb, name, signal }: LookOptions,
  use: (opened: OpenedLake) => Promise<Result>,
): Promise<Result> {
  await using closing = new AsyncDisposableStack()
  closing.defer(() => lake.close())
  const { manifest, release } = await lake.pin()
  closing.defer(release)
  const tempFolder = lake.scratch(`${name}-${randomUUID()}`)
  closing.defer(() => rm(tempFolder, { recursive: true, force: true }))
  const database = closing.adopt(await LakeDatabase.open({ lake, memoryMb, tempFolder, signal }), (database) => database.close())
  return await use({ lake, manifest, database })
}
