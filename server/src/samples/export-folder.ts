import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { InvalidInput } from '../errors.ts'

export const manifestName = 'manifest.json'

/** An export may be made where nothing is, or an earlier one. Rejects with `EXPORT_FOLDER_TAKEN` where something else is. */
export async function checkFolder(out: string): Promise<void> {
  const names = await readdir(out).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return []
    throw new InvalidInput('EXPORT_FOLDER_TAKEN', 'out', `${out} can't be written: ${error.message}`)
  })
  if (names.length > 0 && !names.includes(manifestName))
    throw new InvalidInput('EXPORT_FOLDER_TAKEN', 'out', `${out} holds something else than an export; name another folder`)
}

/** Puts a folder in the place of another, or where none is. */
export async function replaceFolder(folder: string, out: string): Promise<void> {
  const before = `${folder}.before`
  const isThere = await stat(out).then(
    () => true,
    () => false,
  )
  if (isThere) await rename(out, before)
  await rename(folder, out)
  await durable(dirname(out))
  await rm(before, { recursive: true, force: true })
}

/** What is in a folder, and that it is there, survives a crash. */
export async function durable(folder: string): Promise<void> {
  const files = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile())
  for (const path of [...files.map(({ name }) => join(folder, name)), folder]) {
    const handle = await open(path)
    await handle.sync()
    await handle.close()
  }
}
