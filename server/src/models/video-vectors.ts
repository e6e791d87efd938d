/// <reference lib="esnext.float16" />
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { InvalidInput } from '../errors.ts'
import type { Manifest } from './manifest.ts'
import { checked, json } from './read-manifest.ts'

/** What the video tower made of the videos that training knew: an index is filled with them before anything is computed. */
export interface VideoVectors {
  readonly ids: readonly string[]
  readonly width: number
  /** `width` numbers a video, in the order of the ids. */
  readonly values: Float16Array
}

/** Rejects with `ARTIFACT_MANIFEST_WRONG` where the two files are not as many, an id is there twice or a number is not finite. */
export async function readVideoVectors(
  folder: string,
  { ids: file, matrix, count, width }: NonNullable<Manifest['retrieval']>['videoVectors'],
): Promise<VideoVectors> {
  const ids = checked(z.array(z.string().min(1)), file, json(file, await readFile(join(folder, file), 'utf8')))
  if (ids.length !== count || new Set(ids).size !== count)
    throw new InvalidInput(
      'ARTIFACT_MANIFEST_WRONG',
      file,
      `the file ${file} has ${new Set(ids).size} different ids; the manifest says ${count}`,
    )
  const bytes = await readFile(join(folder, matrix))
  const values = new Float16Array(new Uint8Array(bytes).buffer)
  const wrong = values.findIndex((value) => !Number.isFinite(value))
  if (wrong >= 0)
    throw new InvalidInput(
      'ARTIFACT_MANIFEST_WRONG',
      matrix,
      `the file ${matrix} has ${values[wrong]} for ${ids[Math.floor(wrong / width)]}`,
    )
  return { ids, width, values }
}
