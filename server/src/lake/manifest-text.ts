import { createHash } from 'node:crypto'
import { Unavailable, VireoError } from '../errors.ts'
import { emptyManifest, type LakeFile, type Manifest } from '../ports/lake.ts'
import { Turns } from '../turns.ts'

/** Of the form of a manifest. */
const format = 2
/** Of files, or of partitions that changed, in a line. */
const lineLength = 256
/** The lake of a year has tens of thousands of files: nobody else waits until all are read or written. */
const turns = new Turns(2)
const oneLineKey = '"manifest":'
const name = /^(\d{10})\.json$/

/** What the file or object of a manifest is called. */
export const manifestName = (version: number): string => `${String(version).padStart(10, '0')}.json`

/** The other way round. Undefined for what is no manifest. */
export function versionOf(file: string): number | undefined {
  const version = name.exec(file)?.[1]
  return version === undefined ? undefined : Number(version)
}

interface Head {
  readonly format: number
  /** Of the lines below: a damaged manifest is not to be believed. */
  readonly sha256: string
  /** In the first format, which had all of it in one line. */
  readonly manifest?: Manifest
}

/** A part of a manifest: lists of files follow each other, and so do partitions that changed. */
type Line = Partial<Manifest>

/** A line that says what follows, then the manifest in lines of JSON. */
export async function manifestText(manifest: Manifest): Promise<Buffer> {
  const digest = createHash('sha256')
  const lines: Buffer[] = []
  for (const line of linesOf(manifest)) {
    await turns.wait()
    const written = Buffer.from(`${JSON.stringify(line)}\n`)
    digest.update(written)
    lines.push(written)
  }
  const head: Head = { format, sha256: digest.digest('hex') }
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), ...lines])
}

function* linesOf({ changed, files, ...rest }: Manifest): Generator<Line> {
  yield rest
  for (const some of chunks(files)) yield { files: some }
  for (const some of chunks(Object.entries(changed))) yield { changed: Object.fromEntries(some) }
}

function* chunks<Item>(items: readonly Item[]): Generator<Item[]> {
  for (let at = 0; at < items.length; at += lineLength) yield items.slice(at, at + lineLength)
}

/** Rejects as `Lake.manifest` does; `path` is where it was read. */
export async function parsedManifest(text: Buffer, path: string): Promise<Manifest> {
  const headEnd = endOfLine(text, 0)
  const head = parsed<Head>(text.subarray(0, headEnd), path)
  if (head.manifest !== undefined) return ofOneLine(text, head.manifest, head.sha256, path)
  if (head.format > format) {
    const message = `${path} was written by a newer Vireo (format ${head.format}, this one knows up to ${format})`
    throw new VireoError({ code: 'LAKE_TOO_NEW', message, fault: 'server', retryable: false })
  }
  if (head.format !== format) throw broken(path)
  const digest = createHash('sha256')
  const files: LakeFile[] = []
  const changed: Record<string, number> = {}
  const rest: Line = {}
  for (let at = headEnd, end = 0; at < text.length; at = end) {
    await turns.wait()
    end = endOfLine(text, at)
    const line = text.subarray(at, end)
    digest.update(line)
    const { files: some = [], changed: also, ...others } = parsed<Line>(line, path)
    files.push(...some)
    Object.assign(changed, also)
    Object.assign(rest, others)
  }
  if (digest.digest('hex') !== head.sha256) throw broken(path)
  return { ...emptyManifest, ...rest, files, changed }
}

function ofOneLine(text: Buffer, manifest: Manifest, sha256: string, path: string): Manifest {
  const content = text.subarray(text.indexOf(oneLineKey) + oneLineKey.length, text.lastIndexOf('}'))
  if (createHash('sha256').update(content).digest('hex') !== sha256) throw broken(path)
  return manifest
}

const endOfLine = (text: Buffer, at: number) => text.indexOf('\n', at) + 1 || text.length

function parsed<Content>(line: Buffer, path: string): Content {
  try {
    return JSON.parse(line.toString())
  } catch (cause) {
    throw broken(path, cause)
  }
}

export function conflict(version: number, cause?: unknown): VireoError {
  const message = `another process has committed version ${version} of the lake`
  return new VireoError({ code: 'LAKE_CONFLICT', message, fault: 'server', retryable: true, cause })
}

const broken = (path: string, cause?: unknown) => new Unavailable('LAKE_MANIFEST_BROKEN', `the manifest ${path} is damaged`, cause)
