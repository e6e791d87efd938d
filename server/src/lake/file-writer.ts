import type { Lake } from '../ports/lake.ts'
import type { NewFile } from './manifest-changes.ts'

/** A file that has been written, but not put to its place. */
export type WrittenFile = Omit<NewFile, 'bytes' | 'sha256'> & { readonly scratch: string }

export const parquetOptions = '(FORMAT parquet, COMPRESSION zstd)'

/** Puts written files to their places, durably. */
export async function putFiles(lake: Lake, files: readonly WrittenFile[]): Promise<NewFile[]> {
  const stored = await lake.put(files)
  return files.map(({ scratch: _, ...file }, at) => ({ ...file, ...stored[at]! }))
}
