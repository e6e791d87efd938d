import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { InvalidInput } from '../errors.ts'
import type { PartName } from './import-target.ts'

/** A file of the folder to import. */
export interface SourceFile {
  readonly name: string
  readonly path: string
  readonly part: PartName
  /** From 0, in the order of names. */
  readonly number: number
  /** A digest of the name, the content and what is made of it. */
  readonly id: string
  readonly firstLine: string
}

export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (cause) {
    throw new InvalidInput('IMPORT_FOLDER_UNREADABLE', 'folder', `the folder ${folder} can't be read: ${messageOf(cause)}`)
  }
}

/** Reads the whole file once; `purpose` goes into its id. */
export async function inspectFile(
  folder: string,
  name: string,
  part: PartName,
  number: number,
  purpose: string,
  signal: AbortSignal,
): Promise<SourceFile> {
  const path = join(folder, name)
  try {
    const { size } = await stat(path)
    const content = createHash('sha256')
    const raw = createReadStream(path, { signal })
    raw.on('data', (bytes) => content.update(bytes))
    const firstLine = await firstLineOf(name.endsWith('.gz') ? unzipped(raw) : raw)
    const id = digest([purpose, part, name, size, content.digest('hex')])
    return { name, path, part, number, id, firstLine }
  } catch (cause) {
    signal.throwIfAborted()
    throw fileBroken(name, cause)
  }
}

export const digest = (parts: readonly unknown[]) => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)

export const fileBroken = (name: string, cause: unknown) =>
  new InvalidInput('IMPORT_FILE_BROKEN', name, `${name} can't be read to its end: ${messageOf(cause)}`)

// DuckDB adds the whole statement below.
const messageOf = (cause: unknown) => (cause instanceof Error ? cause.message.split('\n')[0]! : String(cause))

// DuckDB takes a .gz that was cut off for a shorter file, so it is unpacked here once to find out.
function unzipped(raw: ReturnType<typeof createReadStream>) {
  const unzip = createGunzip({ chunkSize: 256 * 1024 })
  raw.on('error', (error) => unzip.destroy(error))
  return raw.pipe(unzip)
}

/** Of a file that is read to its end. */
async function firstLineOf(bytes: AsyncIterable<Buffer>): Promise<string> {
  let line: Buffer[] | undefined = []
  let text = ''
  for await (const chunk of bytes) {
    if (line === undefined) continue
    const end = chunk.indexOf(0x0a)
    line.push(end < 0 ? chunk : chunk.subarray(0, end))
    // Parquet has no lines.
    if (end < 0 && line.length < 16) continue
    text = Buffer.concat(line).toString()
    line = undefined
  }
  return (line === undefined ? text : Buffer.concat(line).toString()).replace(/^\ufeff/, '').trimEnd()
}
