import { createHash } from 'node:crypto'
import { cpSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hash64 } from '../../server/src/hash.ts'
import { type Manifest, manifestDigestName, manifestName } from '../../server/src/models/manifest.ts'
import { videoId } from '../load/synthetic.ts'
import { repository } from '../sample.ts'

/** The settings with which a server finds it. */
export const syntheticModel = (registry: string) => ({ VIREO_MODELS_REGISTRY: registry, VIREO_MODELS_NAME: name })

const name = 'synthetic'
const version = '1'

/**
 * Puts the model of the repository into a registry as one that was trained on the first `videos` synthetic videos: each
 * has rows of its own in the trained tables, and so a vector and a score that no other video has.
 */
export function makeSyntheticModel(registry: string, videos: number): void {
  const [kept] = globSync(join(repository, 'models/feed/*')) as [string]
  const folder = join(registry, name, version)
  cpSync(kept, folder, { recursive: true })
  const manifest = JSON.parse(readFileSync(join(folder, manifestName), 'utf8')) as Manifest
  const hashes = hashesOf(videos)
  const files: Record<string, Manifest['files'][string]> = { ...manifest.files }
  const knows = <Entry extends { readonly file: string; readonly count: number }>(trained: Entry): Entry => {
    writeFileSync(join(folder, trained.file), hashes)
    files[trained.file] = { bytes: hashes.length, sha256: digest(hashes) }
    return { ...trained, count: videos }
  }
  const retrieval = { ...manifest.retrieval!, trainedVideos: knows(manifest.retrieval!.trainedVideos) }
  const ranking = { ...manifest.ranking!, trainedVideos: knows(manifest.ranking!.trainedVideos) }
  const text = JSON.stringify({ ...manifest, name, version, retrieval, ranking, files } satisfies Manifest)
  writeFileSync(join(folder, manifestName), text)
  writeFileSync(join(folder, manifestDigestName), `${digest(text)}  ${manifestName}\n`)
}

/** In order, as bytes. */
function hashesOf(videos: number): Uint8Array {
  const hashes = new BigUint64Array(videos)
  const halves = new Uint32Array(hashes.buffer)
  for (let n = 0; n < videos; n++) {
    const { high, low } = hash64(videoId(n))
    halves[2 * n] = low
    halves[2 * n + 1] = high
  }
  return new Uint8Array(hashes.sort().buffer)
}

const digest = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex')
