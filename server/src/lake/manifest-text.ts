import { createHash } from 'node:crypto'
import { Unavailable, VireoError } from '../errors.ts'
import type { Manifest } from '../ports/lake.ts'

/** Of the form of a manifest. */
const format = 1
const key = '"manifest":'
const name = /^(\d{10})\.json$/

/** What the file or object of a manifest is called. */
export const manifestName = (version: number): string => `${String(version).padStart(10, '0')}.json`

/** The other way round. Undefined for what is no manifest. */
export function versionOf(file: string): number | undefined {
  const version = name.exec(file)?.[1]
  return version === undefined ? undefined : Number(version)
}

/** With a digest of itself: a damaged one is not to be believed. */
export function manifestText(manifest: Manifest): string {
  const content = JSON.stringify(manifest)
  return `{"format":${format},"sha256":"${digest(content)}",${key}${content}}\n`
}

/** Rejects as `Lake.manifest` does; `path` is where it was read. */
export function parsedManifest(text: string, path: string): Manifest {
  let found: { format: number; sha256: string; manifest: Manifest }
  try {
    found = JSON.parse(text)
  } catch (cause) {
    throw broken(path, cause)
  }
  if (found.format > format) {
    const message = `${path} was written by a newer Vireo (format ${found.format}, this one knows up to ${format})`
    throw new VireoError({ code: 'LAKE_TOO_NEW', message, fault: 'server', retryable: false })
  }
  // Of the very text: to write tens of thousands of files down again would take longer than all else.
  if (digest(text.slice(text.indexOf(key) + key.length, text.lastIndexOf('}'))) !== found.sha256) throw broken(path)
  return found.manifest
}

export function conflict(version: number, cause?: unknown): VireoError {
  const message = `another process has committed version ${version} of the lake`
  return new VireoError({ code: 'LAKE_CONFLICT', message, fault: 'server', retryable: true, cause })
}

function broken(path: string, cause?: unknown): Unavailable {
  return new Unavailable('LAKE_MANIFEST_BROKEN', `the manifest ${path} is damaged`, cause)
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex')
