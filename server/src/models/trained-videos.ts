import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidInput } from '../errors.ts'
import { hash64 } from '../hash.ts'
import type { TrainedVideosEntry } from './manifest.ts'

/** Videos of which training saw enough to know them by their id; any other is told to a model with rows of 0. */
export class TrainedVideos {
  /** In order. */
  readonly hashes: BigUint64Array

  constructor(hashes: BigUint64Array) {
    this.hashes = hashes
  }

  get count(): number {
    return this.hashes.length
  }

  has(videoId: string): boolean {
    const { high, low } = hash64(videoId)
    return this.hasHash(high, low)
  }

  /** By the halves of the id's `hash64`. */
  hasHash(high: number, low: number): boolean {
    const wanted = (BigInt(high) << 32n) | BigInt(low)
    let [from, to] = [0, this.hashes.length]
    while (from < to) {
      const middle = (from + to) >>> 1
      if (this.hashes[middle]! < wanted) from = middle + 1
      else to = middle
    }
    return this.hashes[from] === wanted
  }
}

/** Rejects with `ARTIFACT_MANIFEST_WRONG` where the hashes are not in order. */
export async function readTrainedVideos(folder: string, { file }: TrainedVideosEntry): Promise<TrainedVideos> {
  const bytes = await readFile(join(folder, file))
  const hashes = new BigUint64Array(new Uint8Array(bytes).buffer)
  const unordered = hashes.findIndex((hash, at) => at > 0 && hashes[at - 1]! >= hash)
  if (unordered >= 0) throw new InvalidInput('ARTIFACT_MANIFEST_WRONG', file, `the file ${file} is not in order at ${unordered}`)
  return new TrainedVideos(hashes)
}
