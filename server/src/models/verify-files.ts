import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { InvalidInput } from '../errors.ts'
import { type Manifest, manifestDigestName, manifestName } from './manifest.ts'

/**
 * That every file is there and as it was written, and nothing else is. Names that begin with a dot are of the system's.
 * Rejects with `ARTIFACT_FILE_MISSING`, `ARTIFACT_FILE_EXTRA`, `ARTIFACT_FILE_CHANGED`, naming the file.
 */
export async function verifyFiles(folder: string, { files }: Pick<Manifest, 'files'>, signal: AbortSignal): Promise<void> {
  const present = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort()
  const expected = [manifestName, manifestDigestName, ...Object.keys(files)]
  for (const name of expected) if (!present.includes(name)) throw refused('ARTIFACT_FILE_MISSING', name, 'is missing')
  for (const name of present) if (!expected.includes(name)) throw refused('ARTIFACT_FILE_EXTRA', name, 'is not of the artifact')
  const written = await readFile(join(folder, manifestDigestName), 'utf8')
  if (written.trim() !== `${await sha256(join(folder, manifestName), signal)}  ${manifestName}`)
    throw refused('ARTIFACT_FILE_CHANGED', manifestName, `is not what ${manifestDigestName} vouches for`)
  for (const [name, file] of Object.entries(files)) {
    if ((await sha256(join(folder, name), signal)) !== file.sha256)
      throw refused('ARTIFACT_FILE_CHANGED', name, `is not what ${manifestName} vouches for`)
  }
}

async function sha256(path: string, signal: AbortSignal): Promise<string> {
  const digest = createHash('sha256')
  await pipeline(createReadStream(path), digest, { signal })
  return digest.digest('hex')
}

const refused = (code: string, name: string, what: string) => new InvalidInput(code, name, `the file ${name} ${what}`)
