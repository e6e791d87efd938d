import { InvalidInput } from '../errors.ts'
import type { ImportProgress } from '../generated/vireo/record/v1/records.ts'
import { kuaiRandFormat } from './kuairand-format.ts'
import { ownFormat } from './own-format.ts'
import type { Format, Group } from './row-stream.ts'
import { digest, inspectFile, namesIn, type SourceFile } from './source-files.ts'

const formats: readonly Format[] = [kuaiRandFormat, ownFormat]

type Progress = ReadonlyMap<string, ImportProgress>

/** The kind of folder and its files, in the order of replay. */
export async function recognise(
  folder: string,
  until: number | undefined,
  signal: AbortSignal,
): Promise<{ format: Format; files: SourceFile[] }> {
  const names = await namesIn(folder)
  const format = formats.find(({ parts, required }) => {
    const present = parts.filter(({ names: pattern }) => names.some((name) => pattern.test(name))).map(({ part }) => part)
    return present.length > 0 && required.every((part) => present.includes(part))
  })
  if (format === undefined) {
    const wanted = formats.map(({ lookedFor }) => lookedFor).join('; or ')
    throw new InvalidInput('IMPORT_FOLDER_UNKNOWN', 'folder', `nothing to import in ${folder}: it should hold ${wanted}`)
  }
  const files: SourceFile[] = []
  for (const { part, names: pattern } of format.parts) {
    for (const name of names.filter((name) => pattern.test(name))) {
      files.push(await inspectFile(folder, name, part, files.length, `${format.name} ${until ?? ''}`, signal))
    }
  }
  return { format, files }
}

/**
 * What is left to import, in the order of replay. Every file's progress names the group with which it was begun, so
 * that files which are added while an import stands still make a group of their own, and the others go on as they were.
 */
export function groupsLeft(format: Format, files: readonly SourceFile[], progress: Progress): Group[] {
  const pending = files.filter((file) => progress.get(file.id)?.finished !== true)
  const earlier = files.filter((file) => !pending.includes(file)).map((file) => file.number)
  return format.parts.flatMap(({ part }) => {
    const begun = Map.groupBy(
      pending.filter((file) => file.part === part),
      (file) => progress.get(file.id)?.part ?? '',
    )
    // What was begun comes first.
    return [...begun.entries()]
      .sort(([a], [b]) => (a < b ? 1 : -1))
      .map(([, together]) => {
        const group = { id: digest(together.map((file) => file.id)), part, files: together, earlier: [...earlier] }
        earlier.push(...together.map((file) => file.number))
        return group
      })
  })
}

/** By how much earlier imports of any of these files moved their times. */
export function recordedShift(files: readonly SourceFile[], progress: Progress): number | undefined {
  for (const file of files) {
    const known = progress.get(file.id)
    if (known !== undefined) return known.shiftMs
  }
  return undefined
}
