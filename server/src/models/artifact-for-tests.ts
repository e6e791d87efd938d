import { createHash } from 'node:crypto'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Manifest, manifestDigestName, manifestName } from './manifest.ts'

/** A small artifact as training writes it: by training/tests/make_fixture_artifact.py. */
export const tinyArtifact = join(import.meta.dirname, '../../../tests/artifacts/tiny/1')

/** What a test changes. */
export type Loosened<Value> = Value extends readonly (infer Each)[]
  ? Loosened<Each>[]
  : Value extends object
    ? { -readonly [Key in keyof Value]: Loosened<Value[Key]> }
    : Value

/** A copy of it whose manifest says something else, and vouches for its files as they are. */
export function artifactWith(folder: string, change: (manifest: Loosened<Manifest>, file: (name: string) => string) => void): string {
  cpSync(tinyArtifact, folder, { recursive: true })
  const manifest = JSON.parse(readFileSync(join(folder, manifestName), 'utf8')) as Loosened<Manifest>
  change(manifest, (name) => join(folder, name))
  for (const [name, file] of Object.entries(manifest.files)) {
    const content = readFileSync(join(folder, name))
    Object.assign(file, { bytes: content.length, sha256: digest(content) })
  }
  const text = JSON.stringify(manifest)
  writeFileSync(join(folder, manifestName), text)
  writeFileSync(join(folder, manifestDigestName), `${digest(text)}  ${manifestName}\n`)
  return folder
}

const digest = (content: string | Buffer) => createHash('sha256').update(content).digest('hex')
