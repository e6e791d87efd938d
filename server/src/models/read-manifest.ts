import { readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { z } from 'zod'
import { InvalidInput, NotFound } from '../errors.ts'
import { type Manifest, manifestFormat, manifestName, manifestSchema } from './manifest.ts'

/**
 * The manifest of an artifact's folder; whether the files are as it says is for others to see. Rejects with
 * `ARTIFACT_MISSING`, `ARTIFACT_FORMAT_UNKNOWN`, `ARTIFACT_MANIFEST_WRONG`.
 */
export async function readManifest(folder: string): Promise<Manifest> {
  // Python writes aside, under such a name, what is no whole artifact yet.
  if (basename(resolve(folder)).startsWith('.')) throw new NotFound('ARTIFACT_MISSING', 'folder', `${folder} is not finished`)
  const content = await readFile(join(folder, manifestName), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new NotFound('ARTIFACT_MISSING', 'folder', `there is no ${manifestName} in ${folder}: ${cause.message}`)
  })
  const value = json(manifestName, content)
  const format = (value as { format?: unknown } | null)?.format
  if (typeof format === 'number' && format !== manifestFormat)
    throw new InvalidInput('ARTIFACT_FORMAT_UNKNOWN', 'format', `the artifact has format ${format}; this version reads ${manifestFormat}`)
  return checked(manifestSchema, manifestName, value)
}

/** Throws `ARTIFACT_MANIFEST_WRONG` where it is no JSON. */
export function json(file: string, content: string): unknown {
  try {
    return JSON.parse(content)
  } catch (cause) {
    throw new InvalidInput('ARTIFACT_MANIFEST_WRONG', file, `the file ${file} is no JSON: ${(cause as Error).message}`)
  }
}

/** Throws `ARTIFACT_MANIFEST_WRONG` where it is not as the schema says, naming the first place. */
export function checked<Schema extends z.ZodType>(schema: Schema, file: string, value: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]!
  const place = path.length === 0 ? '' : `, ${path.join('.')}`
  throw new InvalidInput('ARTIFACT_MANIFEST_WRONG', `${file}${place}`, `in the file ${file}${place}: ${message}`)
}
